import { Button, NativeSelect, Stack, Text, Textarea } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useRef, useState, type SubmitEvent } from 'react';
import { useAct } from '../act.js';
import type { AccessRule } from '../graphql-types.js';
import { useLiveQuery } from '../live-query.js';
import { notify } from '../shell/notify.js';
import { DurationField } from '../ui/duration-field.js';
import { exactDuration, parseDuration } from '../ui/durations.js';
import { listText } from '../ui/entity-text.js';
import { Card, Page } from '../ui/page.js';
import { QueryView } from '../ui/query-view.js';
import { EmptyState, ProblemState } from '../ui/states.js';
import { REQUESTABLE, SUBMIT } from './documents.js';
import { requestErrors, type RequestDraft } from './request-rules.js';
import { strings } from './strings.js';

const NO_VARIABLES = {};
const TOPICS = ['requests'] as const;

/** `/requests/new`: which role, how long, why; and who will answer. */
export function NewRequest() {
  const query = useLiveQuery(REQUESTABLE, NO_VARIABLES);
  return (
    <Page title={strings.newTitle} headline={strings.newHeadline}>
      <QueryView query={query}>
        {({ requestableRoles }) =>
          requestableRoles.length === 0 ? (
            <EmptyState>{strings.noRoles}</EmptyState>
          ) : (
            <RequestForm rules={requestableRoles} />
          )
        }
      </QueryView>
    </Page>
  );
}

function RequestForm({ rules }: { readonly rules: readonly AccessRule[] }) {
  const only = rules.length === 1 ? rules[0] : undefined;
  const [draft, setDraft] = useState<RequestDraft>(draftFor(only));
  const [isTried, setTried] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const act = useAct(SUBMIT, TOPICS);
  const navigate = useNavigate();
  const rule = rules.find((item) => item.id === draft.ruleId);
  const errors = requestErrors(draft, rule);
  const shown = isTried ? errors : {};
  const submit = async () => {
    setTried(true);
    const durationSeconds = parseDuration(draft.duration);
    if (Object.keys(errors).length > 0 || durationSeconds === undefined) {
      requestAnimationFrame(() =>
        form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus(),
      );
      return;
    }
    const done = await act.run({
      ruleId: draft.ruleId,
      durationSeconds,
      reason: draft.reason.trim(),
    });
    if (done === undefined) return;
    notify(strings.submitted(rule?.role.id ?? ''));
    await navigate({
      to: '/requests/$id',
      params: { id: done.submitRequest.id },
      search: { tab: 'mine' },
    });
  };
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    void submit();
  };
  return (
    <form
      ref={form}
      onSubmit={onSubmit}
      noValidate
      className="sp-form"
      aria-label={strings.newTitle}
    >
      <Stack gap="md">
        <RoleField
          rules={rules}
          value={draft.ruleId}
          choose={(chosen) => setDraft({ ...draftFor(chosen), reason: draft.reason })}
          error={shown.ruleId}
        />
        <DurationField
          label={strings.duration}
          description={strings.durationHelp(exactDuration(rule?.maxDurationSeconds ?? 0))}
          value={draft.duration}
          onChange={(duration) => setDraft({ ...draft, duration })}
          maxSeconds={rule?.maxDurationSeconds ?? 0}
          error={shown.duration}
        />
        <Textarea
          label={strings.reason}
          description={
            rule && rule.minReasonLength > 1
              ? strings.reasonHelp(rule.minReasonLength)
              : strings.reasonOptional
          }
          value={draft.reason}
          onChange={(event) => setDraft({ ...draft, reason: event.currentTarget.value })}
          error={shown.reason}
          withAsterisk={rule?.reasonRequired !== false}
          aria-required={rule?.reasonRequired !== false}
          autosize
          minRows={3}
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
