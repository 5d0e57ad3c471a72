import { Button, Checkbox, Radio, Stack, Textarea, Title } from '@mantine/core';
import { useEffect, useRef, type KeyboardEvent, type RefObject } from 'react';
import { useAct } from '../act.js';
import { notify } from '../shell/notify.js';
import { useShortcut } from '../shell/shortcuts.js';
import { useCheckedForm } from '../ui/checked-form.js';
import { DurationField } from '../ui/duration-field.js';
import { exactDuration, parseDuration } from '../ui/durations.js';
import { focusHeadline } from '../ui/focus-return.js';
import { ProblemState } from '../ui/states.js';
import { REVIEW, type RequestDetail } from './documents.js';
import { reviewButton, reviewErrors, type ReviewDraft, type ReviewErrors } from './review-rules.js';
import { strings } from './strings.js';

interface ReviewFormProps {
  readonly request: RequestDetail;
  readonly draft: ReviewDraft;
  readonly change: (change: Partial<ReviewDraft>) => void;
  /** Whether the effect of the chosen duration is known; undefined while it is computed. */
  readonly isEffectKnown: boolean | undefined;
  readonly isExpired: boolean;
  /** The form was asked for by a key: it takes the focus. */
  readonly isAskedFor: boolean;
}

const TOPICS = ['requests', 'grants'] as const;
const NO_ERRORS: ReviewErrors = {};

/** The answer: deny is preselected, approving may only shorten, a reason is required, the button names the effect. */
export function ReviewForm(props: ReviewFormProps) {
  const { request, draft, change, isEffectKnown, isExpired, isAskedFor } = props;
  const isApproval = draft.verdict === 'APPROVE';
  const { send, act } = useReview(request, draft);
  const errors = reviewErrors(draft, request.requestedDurationSeconds, isEffectKnown !== false);
  const form = useRef<HTMLFormElement>(null);
  const { shown, onSubmit, onKeyDown } = useCheckedForm(form, errors, send);
  useReviewKeys(form, change, isAskedFor);
  return (
    <form ref={form} onSubmit={onSubmit} noValidate aria-label={strings.review} className="sp-card">
      <Title order={2} mb="sm">
        {strings.review}
      </Title>
      <fieldset disabled={isExpired || act.isBusy} className="sp-fieldset">
        <Stack gap="sm">
          <Fields {...props} errors={shown ?? NO_ERRORS} onKeyDown={onKeyDown} />
          {act.problem && <ProblemState problem={act.problem} />}
          <Button
            type="submit"
            color={isApproval ? 'brand' : 'red'}
            loading={act.isBusy}
            disabled={isApproval && isEffectKnown === undefined}
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

/** Sends the answer; the form goes away with it, so the focus goes to the headline. */
function useReview(request: RequestDetail, draft: ReviewDraft) {
  const act = useAct(REVIEW, TOPICS);
  const send = async () => {
    const { verdict } = draft;
    const durationSeconds = verdict === 'APPROVE' ? (parseDuration(draft.duration) ?? null) : null;
    const reason = draft.reason.trim();
    if (!(await act.run({ id: request.id, verdict, durationSeconds, reason }))) return false;
    notify(strings.reviewed[verdict]);
    focusHeadline();
    return true;
  };
  return { send, act };
}

interface FieldsProps extends ReviewFormProps {
  readonly errors: ReviewErrors;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

function Fields({ request, draft, change, isEffectKnown, errors, onKeyDown }: FieldsProps) {
  const isApproval = draft.verdict === 'APPROVE';
  return (
    <>
      <VerdictChoice draft={draft} change={change} />
      {isApproval && (
        <ApproveFields request={request} draft={draft} change={change} error={errors.duration} />
      )}
      <Textarea
        label={strings.reviewReason}
        description={strings.reviewReasonHelp}
        value={draft.reason}
        onChange={(event) => change({ reason: event.currentTarget.value })}
        error={errors.reason}
        onKeyDown={onKeyDown}
        withAsterisk
        aria-required="true"
        autosize
        minRows={2}
      />
      {isApproval && isEffectKnown === false && (
        <Checkbox
          label={strings.unknownTick}
          checked={draft.isUnknownAccepted}
          onChange={(event) => change({ isUnknownAccepted: event.currentTarget.checked })}
          error={errors.isUnknownAccepted}
        />
      )}
    </>
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
