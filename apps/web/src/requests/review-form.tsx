import { Button, Checkbox, Radio, Stack, Textarea, Title } from '@mantine/core';
import {
  useEffect,
  useRef,
  useState,
  type KeyboardEvent,
  type RefObject,
  type SubmitEvent,
} from 'react';
import { useAct } from '../act.js';
import { notify } from '../shell/notify.js';
import { useShortcut } from '../shell/shortcuts.js';
import { DurationField } from '../ui/duration-field.js';
import { exactDuration, parseDuration } from '../ui/durations.js';
import { ProblemState } from '../ui/states.js';
import { REVIEW, type RequestDetail } from './documents.js';
import { reviewButton, reviewErrors, type ReviewDraft } from './review-rules.js';
import { strings } from './strings.js';

interface ReviewFormProps {
  readonly request: RequestDetail;
  readonly draft: ReviewDraft;
  readonly change: (change: Partial<ReviewDraft>) => void;
  readonly isEffectKnown: boolean;
  readonly isExpired: boolean;
  /** The form was asked for by a key: it takes the focus. */
  readonly isAskedFor: boolean;
}

const TOPICS = ['requests', 'grants'] as const;

/** The answer: deny is preselected, approving may only shorten, a reason is required, the button names the effect. */
export function ReviewForm({
  request,
  draft,
  change,
  isEffectKnown,
  isExpired,
  isAskedFor,
}: ReviewFormProps) {
  const form = useRef<HTMLFormElement>(null);
  const [isTried, setTried] = useState(false);
  const act = useAct(REVIEW, TOPICS);
  const errors = reviewErrors(draft, request.requestedDurationSeconds, isEffectKnown);
  const shown = isTried ? errors : {};
  useReviewKeys(form, change, isAskedFor);
  const submit = async () => {
    setTried(true);
    if (isExpired || act.isBusy) return;
    if (Object.keys(errors).length > 0) return focusFirstError(form.current);
    const seconds = draft.verdict === 'APPROVE' ? (parseDuration(draft.duration) ?? null) : null;
    const done = await act.run({
      id: request.id,
      verdict: draft.verdict,
      durationSeconds: seconds,
      reason: draft.reason.trim(),
    });
    if (done) notify(strings.reviewed[draft.verdict]);
  };
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    void submit();
  };
  return (
    <form ref={form} onSubmit={onSubmit} noValidate aria-label={strings.review} className="sp-card">
      <Title order={2} mb="sm">
        {strings.review}
      </Title>
      <fieldset disabled={isExpired || act.isBusy} className="sp-fieldset">
        <Stack gap="sm">
          <VerdictChoice draft={draft} change={change} />
          {draft.verdict === 'APPROVE' && (
            <ApproveFields request={request} draft={draft} change={change} error={shown.duration} />
          )}
          <Textarea
            label={strings.reviewReason}
            description={strings.reviewReasonHelp}
            value={draft.reason}
            onChange={(event) => change({ reason: event.currentTarget.value })}
            error={shown.reason}
            onKeyDown={(event) => onCtrlEnter(event, () => void submit())}
            withAsterisk
            aria-required="true"
            autosize
            minRows={2}
          />
          {draft.verdict === 'APPROVE' && !isEffectKnown && (
            <Checkbox
              label={strings.unknownTick}
              checked={draft.isUnknownAccepted}
              onChange={(event) => change({ isUnknownAccepted: event.currentTarget.checked })}
              error={shown.isUnknownAccepted}
            />
          )}
          {act.problem && <ProblemState problem={act.problem} />}
          <Button
            type="submit"
            color={draft.verdict === 'APPROVE' ? 'brand' : 'red'}
            loading={act.isBusy}
            aria-keyshortcuts="Control+Enter"
            className="sp-main-button"
          >
            {reviewButton(draft, request.role.id, request.requestedDurationSeconds)}
          </Button>
        </Stack>
      </fieldset>
    </form>
  );
}

type DraftProps = Pick<ReviewFormProps, 'draft' | 'change'>;

function VerdictChoice({ draft, change }: DraftProps) {
  return (
    <Radio.Group
      label={strings.answer}
      value={draft.verdict}
      onChange={(value) => change({ verdict: value === 'APPROVE' ? 'APPROVE' : 'DENY' })}
    >
      <Stack gap={6} mt={6}>
        <Radio value="DENY" label={strings.denyChoice} />
        <Radio value="APPROVE" label={strings.approveChoice} />
      </Stack>
    </Radio.Group>
  );
}

function ApproveFields({
  request,
  draft,
  change,
  error,
}: DraftProps & { readonly request: RequestDetail; readonly error: string | undefined }) {
  return (
    <DurationField
      label={strings.forTime}
      description={strings.forTimeHelp(exactDuration(request.requestedDurationSeconds))}
      value={draft.duration}
      onChange={(duration) => change({ duration })}
      maxSeconds={request.requestedDurationSeconds}
      error={error}
    />
  );
}

/** `a` and `d` choose the answer and bring the form into view and focus; they never send it. */
function useReviewKeys(
  form: RefObject<HTMLFormElement | null>,
  change: ReviewFormProps['change'],
  isAskedFor: boolean,
): void {
  const open = (verdict: ReviewDraft['verdict']) => {
    change({ verdict });
    focusChoice(form.current, verdict);
  };
  useShortcut('a', () => open('APPROVE'));
  useShortcut('d', () => open('DENY'));
  useEffect(() => {
    if (isAskedFor) form.current?.querySelector<HTMLElement>('input:checked')?.focus();
  }, [form, isAskedFor]);
}

function focusChoice(form: HTMLFormElement | null, verdict: ReviewDraft['verdict']): void {
  form?.querySelector<HTMLElement>(`input[value="${verdict}"]`)?.focus();
}

function focusFirstError(form: HTMLFormElement | null): void {
  // After the render that marks the fields.
  requestAnimationFrame(() =>
    form?.querySelector<HTMLElement>('[aria-invalid="true"], [data-error]')?.focus(),
  );
}

function onCtrlEnter(event: KeyboardEvent, submit: () => void): void {
  if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  submit();
}
