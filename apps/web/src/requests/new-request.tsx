import { Alert, Button, NativeSelect, Stack, Text, Textarea } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useRef, useState, type KeyboardEvent } from 'react';
import { useAct } from '../act.js';
import type { AccessRule } from '../graphql-types.js';
import { useLiveQuery } from '../live-query.js';
import { notify } from '../shell/notify.js';
import { useCheckedForm } from '../ui/checked-form.js';
import { DurationField } from '../ui/duration-field.js';
import { exactDuration, parseDuration } from '../ui/durations.js';
import { listText } from '../ui/entity-text.js';
import { Card, Page } from '../ui/page.js';
import { QueryView } from '../ui/query-view.js';
import { EmptyState, ProblemState } from '../ui/states.js';
import type { DeniedQuestion } from './denied-question.js';
import { REQUESTABLE, SUBMIT } from './documents.js';
import { requestErrors, type RequestDraft } from './request-rules.js';
import { strings } from './strings.js';

const NO_VARIABLES = {};
const TOPICS = ['requests'] as const;

/** `/requests/new`: which role, how long, why; and who will answer. `denied` is what a gateway sent the person here for. */
export function NewRequest({ denied }: { readonly denied: DeniedQuestion | undefined }) {
  const query = useLiveQuery(REQUESTABLE, NO_VARIABLES);
  return (
    <Page title={strings.newTitle} headline={strings.newHeadline}>
      {denied && <DeniedNote denied={denied} />}
      <QueryView query={query}>
        {({ requestableRoles }) =>
          requestableRoles.length === 0 ? (
            <EmptyState>{strings.noRoles}</EmptyState>
          ) : (
            <RequestForm
              rules={requestableRoles}
              reason={denied ? strings.deniedReason(denied) : ''}
            />
          )
        }
      </QueryView>
    </Page>
  );
}

function DeniedNote({ denied }: { readonly denied: DeniedQuestion }) {
  return (
    <Alert role="note" color="yellow" title={strings.deniedTitle}>
      <Text>{strings.denied(denied)}</Text>
      {denied.decision !== undefined && <Text>{strings.deniedDecision(denied.decision)}</Text>}
    </Alert>
  );
}

interface RequestFormProps {
  readonly rules: readonly AccessRule[];
  /** What the reason begins with. */
  readonly reason: string;
}

function RequestForm({ rules, reason }: RequestFormProps) {
  const only = rules.length === 1 ? rules[0] : undefined;
  const [draft, setDraft] = useState<RequestDraft>({ ...draftFor(only), reason });
  const rule = rules.find((item) => item.id === draft.ruleId);
  const { send, act } = useSubmission(draft, rule);
  const form = useRef<HTMLFormElement>(null);
  const { shown, ...checked } = useCheckedForm(form, requestErrors(draft, rule), send);
  return (
    <form
      ref={form}
      onSubmit={checked.onSubmit}
      noValidate
      className="sp-form"
      aria-label={strings.newTitle}
    >
      <Stack gap="md">
        <RoleField
          rules={rules}
          value={draft.ruleId}
          choose={(chosen) => setDraft({ ...draftFor(chosen), reason: draft.reason })}
          error={shown?.ruleId}
        />
        <DurationField
          label={strings.duration}
          description={strings.durationHelp(exactDuration(rule?.maxDurationSeconds ?? 0))}
          value={draft.duration}
          onChange={(duration) => setDraft({ ...draft, duration })}
          maxSeconds={rule?.maxDurationSeconds ?? 0}
          error={shown?.duration}
        />
        <ReasonField
          rule={rule}
          value={draft.reason}
          change={(reason) => setDraft({ ...draft, reason })}
          error={shown?.reason}
          onKeyDown={checked.onKeyDown}
        />
        {rule && <WhatNext rule={rule} />}
        {act.problem && <ProblemState problem={act.problem} />}
        <Button type="submit" loading={act.isBusy} className="sp-main-button">
          {strings.submit}
        </Button>
      </Stack>
    </form>
  );
}

/** Sends the request, then shows it. */
function useSubmission(draft: RequestDraft, rule: AccessRule | undefined) {
  const act = useAct(SUBMIT, TOPICS);
  const navigate = useNavigate();
  const send = async () => {
    const durationSeconds = parseDuration(draft.duration);
    if (durationSeconds === undefined || rule === undefined) return false;
    const reason = draft.reason.trim();
    const done = await act.run({ ruleId: rule.id, durationSeconds, reason });
    if (done === undefined) return false;
    notify(strings.submitted(rule.role.id));
    const { id } = done.submitRequest;
    await navigate({ to: '/requests/$id', params: { id }, search: { tab: 'mine' } });
    return true;
  };
  return { send, act };
}

interface RoleFieldProps {
  readonly rules: readonly AccessRule[];
  readonly value: string;
  readonly choose: (rule: AccessRule | undefined) => void;
  readonly error: string | undefined;
}

function RoleField({ rules, value, choose, error }: RoleFieldProps) {
  return (
    <NativeSelect
      label={strings.role}
      withAsterisk
      aria-required="true"
      value={value}
      onChange={(event) => choose(rules.find((rule) => rule.id === event.currentTarget.value))}
      data={[
        { value: '', label: strings.rolePlaceholder },
        ...rules.map((rule) => ({ value: rule.id, label: `${rule.role.id} – ${rule.title}` })),
      ]}
      error={error}
    />
  );
}

interface ReasonFieldProps {
  readonly rule: AccessRule | undefined;
  readonly value: string;
  readonly change: (reason: string) => void;
  readonly error: string | undefined;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

function ReasonField({ rule, value, change, error, onKeyDown }: ReasonFieldProps) {
  const isRequired = rule?.reasonRequired !== false;
  const min = rule?.minReasonLength ?? 0;
  return (
    <Textarea
      label={strings.reason}
      description={min > 1 ? strings.reasonHelp(min) : strings.reasonOptional}
      value={value}
      onChange={(event) => change(event.currentTarget.value)}
      onKeyDown={onKeyDown}
      error={error}
      withAsterisk={isRequired}
      aria-required={isRequired}
      autosize
      minRows={3}
    />
  );
}

function WhatNext({ rule }: { readonly rule: AccessRule }) {
  return (
    <Card title={strings.preview}>
      <Text>{strings.whoReviews(listText(rule.approvers), rule.approvalsNeeded)}</Text>
      <Text>{strings.twoPerson}</Text>
      <Text>{strings.maxDuration(exactDuration(rule.maxDurationSeconds))}.</Text>
    </Card>
  );
}

function draftFor(rule: AccessRule | undefined): RequestDraft {
  return {
    ruleId: rule?.id ?? '',
    duration: rule ? exactDuration(rule.defaultDurationSeconds) : '',
    reason: '',
  };
}
