import { Alert, Button, Checkbox, Code, Group, Stack, TextInput } from '@mantine/core';
import { useRef, useState, type SubmitEvent } from 'react';
import { useAct } from '../act.js';
import { CopyButton } from '../ui/copy-button.js';
import { ProblemState } from '../ui/states.js';
import { CREATE_TOKEN } from './documents.js';
import { strings } from './strings.js';
import { tokenErrors, type TokenDraft } from './token-rules.js';

interface CreateTokenProps {
  readonly offeredRoles: readonly string[];
  readonly created: () => void;
}

const EMPTY: TokenDraft = { name: '', roles: ['auditor'], days: '30' };
const NO_TOPICS = [] as const;

/** Makes an API token and shows its secret once. */
export function CreateToken({ offeredRoles, created }: CreateTokenProps) {
  const [draft, setDraft] = useState(EMPTY);
  const [isTried, setTried] = useState(false);
  const [made, setMade] = useState<{ readonly name: string; readonly secret: string }>();
  const form = useRef<HTMLFormElement>(null);
  const act = useAct(CREATE_TOKEN, NO_TOPICS);
  const errors = tokenErrors(draft);
  const shown = isTried ? errors : {};
  const submit = async () => {
    setTried(true);
    if (Object.keys(errors).length > 0) {
      requestAnimationFrame(() =>
        form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus(),
      );
      return;
    }
    const done = await act.run({
      name: draft.name.trim(),
      roles: draft.roles,
      expiresInDays: Number(draft.days),
    });
    if (done === undefined) return;
    setMade({ name: done.createApiToken.token.name, secret: done.createApiToken.secret });
    setDraft(EMPTY);
    setTried(false);
    created();
  };
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    void submit();
  };
  return (
    <>
      {made && <Secret {...made} hide={() => setMade(undefined)} />}
      <form
        ref={form}
        onSubmit={onSubmit}
        noValidate
        aria-label={strings.create}
        className="sp-form"
      >
        <Stack gap="sm">
          <TextInput
            label={strings.name}
            description={strings.nameHelp}
            value={draft.name}
            error={shown.name}
            onChange={(event) => setDraft({ ...draft, name: event.currentTarget.value })}
            autoComplete="off"
            withAsterisk
            aria-required="true"
          />
          <Checkbox.Group
            label={strings.roles}
            value={[...draft.roles]}
            error={shown.roles}
            onChange={(roles) => setDraft({ ...draft, roles })}
          >
            <Group gap="md" mt={6}>
              {offeredRoles.map((role) => (
                <Checkbox key={role} value={role} label={role} />
              ))}
            </Group>
          </Checkbox.Group>
          <TextInput
            label={strings.expires}
            description={strings.expiresHelp}
            inputMode="numeric"
            value={draft.days}
            error={shown.days}
            onChange={(event) => setDraft({ ...draft, days: event.currentTarget.value })}
            maw={200}
          />
          {act.problem && <ProblemState problem={act.problem} />}
          <Button type="submit" loading={act.isBusy} className="sp-main-button">
            {strings.create}
          </Button>
        </Stack>
      </form>
    </>
  );
}

function Secret({
  name,
  secret,
  hide,
}: {
  readonly name: string;
  readonly secret: string;
  readonly hide: () => void;
}) {
  return (
    <Alert color="yellow" role="status" title={strings.created(name)}>
      <Stack gap="xs" align="flex-start">
        <Code block aria-label={strings.secret} className="sp-secret">
          {secret}
        </Code>
        <Group>
          <CopyButton text={secret} what={strings.secret.toLowerCase()} />
          <Button size="xs" variant="outline" color="yellow" onClick={hide}>
            {strings.hide}
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}
