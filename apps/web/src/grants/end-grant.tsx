import { Alert, Button, Group, Stack, Text, Textarea } from '@mantine/core';
import { useState, type ReactNode, type SubmitEvent } from 'react';
import { useAct } from '../act.js';
import { useNow } from '../clock.js';
import type { Grant } from '../graphql-types.js';
import { notify } from '../shell/notify.js';
import { Dialog } from '../ui/dialog.js';
import { formatDuration } from '../ui/durations.js';
import { ProblemState } from '../ui/states.js';
import { GIVE_BACK, REVOKE } from './documents.js';
import { strings } from './strings.js';

export type EndingAct = 'revoke' | 'return';

interface EndGrantProps {
  readonly grant: Grant;
  readonly act: EndingAct;
  readonly close: () => void;
}

const TOPICS = ['grants', 'requests'] as const;

/** The second step of ending a grant: what it does right now, the reason where others are concerned, and the act. */
export function EndGrant({ grant, act, close }: EndGrantProps) {
  const title =
    act === 'revoke'
      ? strings.revokeTitle(grant.role.id, grant.subjectName)
      : strings.giveBackTitle(grant.role.id);
  return (
    <Dialog title={title} closeLabel={strings.keep} close={close}>
      {act === 'revoke' ? (
        <RevokeForm grant={grant} close={close} />
      ) : (
        <GiveBackForm grant={grant} close={close} />
      )}
    </Dialog>
  );
}

type FormProps = Pick<EndGrantProps, 'grant' | 'close'>;

function RevokeForm({ grant, close }: FormProps) {
  const [reason, setReason] = useState('');
  const [isTried, setTried] = useState(false);
  const act = useAct(REVOKE, TOPICS);
  const isMissing = reason.trim() === '';
  const submit = async () => {
    setTried(true);
    if (isMissing) return;
    if ((await act.run({ id: grant.id, reason: reason.trim() })) === undefined) return;
    notify(strings.revoked(grant.role.id, grant.subjectName));
    close();
  };
  return (
    <EndForm
      grant={grant}
      close={close}
      effect={strings.revokeEffect}
      button={strings.revokeNow(grant.role.id)}
      isBusy={act.isBusy}
      submit={() => void submit()}
    >
      <Textarea
        label={strings.revokeReason}
        description={strings.revokeReasonHelp}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        error={isTried && isMissing ? strings.revokeReasonMissing : undefined}
        withAsterisk
        aria-required="true"
        data-autofocus
        autosize
        minRows={2}
      />
      {act.problem && <ProblemState problem={act.problem} />}
    </EndForm>
  );
}

function GiveBackForm({ grant, close }: FormProps) {
  const act = useAct(GIVE_BACK, TOPICS);
  const submit = async () => {
    if ((await act.run({ id: grant.id })) === undefined) return;
    notify(strings.returned(grant.role.id));
    close();
  };
  return (
    <EndForm
      grant={grant}
      close={close}
      effect={strings.giveBackEffect}
      button={strings.giveBackNow(grant.role.id)}
      isBusy={act.isBusy}
      submit={() => void submit()}
    >
      {act.problem && <ProblemState problem={act.problem} />}
    </EndForm>
  );
}

interface EndFormProps extends FormProps {
  readonly effect: (left: string) => string;
  readonly button: string;
  readonly isBusy: boolean;
  readonly submit: () => void;
  readonly children: ReactNode;
}

function EndForm({ grant, close, effect, button, isBusy, submit, children }: EndFormProps) {
  const left = (new Date(grant.endsAt).getTime() - useNow()) / 1000;
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    submit();
  };
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack gap="md">
        {left > 0 ? (
          <Text>{effect(formatDuration(left))}</Text>
        ) : (
          <Alert color="blue">{strings.overAlready}</Alert>
        )}
        {children}
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {strings.keep}
          </Button>
          <Button type="submit" color="red" loading={isBusy} disabled={left <= 0}>
            {button}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
