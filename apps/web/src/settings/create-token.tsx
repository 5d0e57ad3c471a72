import { Alert, Button, Checkbox, Code, Group, Stack, TextInput } from '@mantine/core';
import { useRef, useState } from 'react';
import { useAct } from '../act.js';
import { useCheckedForm } from '../ui/checked-form.js';
import { CopyButton } from '../ui/copy-button.js';
import { ProblemState } from '../ui/states.js';
import { CREATE_TOKEN } from './documents.js';
import { strings } from './strings.js';
import { tokenErrors, type TokenDraft, type TokenErrors } from './token-rules.js';

interface CreateTokenProps {
  readonly offeredRoles: readonly string[];
  readonly created: () => void;
}

interface MadeToken {
  readonly name: string;
  readonly secret: string;
}

const EMPTY: TokenDraft = { name: '', roles: ['auditor'], days: '30' };
const NO_ERRORS: TokenErrors = {};
const NO_TOPICS = [] as const;

/** Makes an API token and shows its secret once. */
export function CreateToken({ offeredRoles, created }: CreateTokenProps) {
  const [draft, setDraft] = useState(EMPTY);
  const [made, setMade] = useState<MadeToken>();
  const act = useAct(CREATE_TOKEN, NO_TOPICS);
  const form = useRef<HTMLFormElement>(null);
  const { shown, onSubmit } = useCheckedForm(form, tokenErrors(draft), async () => {
    const [name, expiresInDays] = [draft.name.trim(), Number(draft.days)];
    const done = await act.run({ name, roles: draft.roles, expiresInDays });
    if (done === undefined) return false;
    setMade({ name, secret: done.createApiToken.secret });
    setDraft(EMPTY);
    created();
    return true;
  });
  return (
    <>
      {made && <Secret made={made} hide={() => setMade(undefined)} />}
      <form
        ref={form}
        onSubmit={onSubmit}
        noValidate
        aria-label={strings.create}
        className="sp-form"
      >
        <Stack gap="sm">
          <Fields
            draft={draft}
            change={setDraft}
            errors={shown ?? NO_ERRORS}
            offeredRoles={offeredRoles}
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

interface FieldsProps {
  readonly draft: TokenDraft;
  readonly change: (draft: TokenDraft) => void;
  readonly errors: TokenErrors;
  readonly offeredRoles: readonly string[];
}

function Fields({ draft, change, errors, offeredRoles }: FieldsProps) {
  return (
    <>
      <TextInput
        label={strings.name}
        description={strings.nameHelp}
        value={draft.name}
        error={errors.name}
        onChange={(event) => change({ ...draft, name: event.currentTarget.value })}
        autoComplete="off"
        withAsterisk
        aria-required="true"
      />
      <Checkbox.Group
        label={strings.roles}
        value={[...draft.roles]}
        error={errors.roles}
        onChange={(roles) => change({ ...draft, roles })}
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
        error={errors.days}
        onChange={(event) => change({ ...draft, days: event.currentTarget.value })}
        maw={200}
      />
    </>
  );
}

function Secret({ made, hide }: { readonly made: MadeToken; readonly hide: () => void }) {
  return (
    <Alert color="yellow" role="status" title={strings.created(made.name)}>
      <Stack gap="xs" align="flex-start">
        <Code block aria-label={strings.secret} className="sp-secret">
          {made.secret}
        </Code>
        <Group>
          <CopyButton text={made.secret} what={strings.secret.toLowerCase()} />
          <Button size="xs" variant="outline" color="yellow" onClick={hide}>
            {strings.hide}
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}
