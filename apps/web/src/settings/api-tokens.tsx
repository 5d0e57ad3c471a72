import { Button, Group, Stack, Text } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useAct } from '../act.js';
import { serverNow } from '../clock.js';
import type { ApiToken } from '../graphql-types.js';
import { useLiveQuery } from '../live-query.js';
import { notify } from '../shell/notify.js';
import { DataTable, type Column } from '../ui/data-table.js';
import { Dialog } from '../ui/dialog.js';
import { StateBadge } from '../ui/decision-badge.js';
import { listText } from '../ui/entity-text.js';
import { QueryView } from '../ui/query-view.js';
import { EmptyState, ProblemState } from '../ui/states.js';
import { When } from '../ui/when.js';
import { CreateToken } from './create-token.js';
import { API_TOKENS, REVOKE_TOKEN } from './documents.js';
import { strings } from './strings.js';
import { tokenState } from './token-rules.js';

const NO_VARIABLES = {};
const NO_TOPICS = [] as const;

interface ApiTokensProps {
  readonly offeredRoles: readonly string[];
  readonly canRevoke: boolean;
}

/** The tenant's API tokens: make one, see which there are, end one. */
export function ApiTokens({ offeredRoles, canRevoke }: ApiTokensProps) {
  const query = useLiveQuery(API_TOKENS, NO_VARIABLES);
  const [ending, setEnding] = useState<ApiToken>();
  const columns = useMemo(() => columnsFor(canRevoke ? setEnding : undefined), [canRevoke]);
  return (
    <Stack gap="md">
      <CreateToken offeredRoles={offeredRoles} created={query.refetch} />
      <QueryView query={query}>
        {({ apiTokens }) =>
          apiTokens.length === 0 ? (
            <EmptyState>{strings.noTokens}</EmptyState>
          ) : (
            <DataTable
              label={strings.tokenTable}
              columns={columns}
              rows={apiTokens}
              rowId={(token) => token.id}
            />
          )
        }
      </QueryView>
      {ending && (
        <RevokeToken token={ending} close={() => setEnding(undefined)} done={query.refetch} />
      )}
    </Stack>
  );
}

function columnsFor(end: ((token: ApiToken) => void) | undefined): readonly Column<ApiToken>[] {
  return [
    { id: 'name', header: strings.name, accessorFn: (token) => token.name },
    { id: 'roles', header: strings.roles, cell: ({ row }) => listText(row.original.roles) },
    { id: 'by', header: strings.createdBy, accessorFn: (token) => token.createdBy },
    {
      id: 'until',
      header: strings.until,
      cell: ({ row }) => <When at={row.original.expiresAt} isQuiet />,
    },
    {
      id: 'state',
      header: strings.state,
      cell: ({ row }) => <StateBadge state={tokenState(row.original, serverNow())} />,
    },
    ...(end === undefined ? [] : [actColumn(end)]),
  ];
}

function actColumn(end: (token: ApiToken) => void): Column<ApiToken> {
  return {
    id: 'act',
    header: strings.act,
    cell: ({ row: { original } }) =>
      original.revokedAt === null && (
        <Button
          size="compact-xs"
          variant="outline"
          color="red"
          aria-label={strings.revokeOf(original.name)}
          onClick={() => end(original)}
        >
          {strings.revoke}
        </Button>
      ),
  };
}

interface RevokeTokenProps {
  readonly token: ApiToken;
  readonly close: () => void;
  readonly done: () => void;
}

function RevokeToken({ token, close, done }: RevokeTokenProps) {
  const act = useAct(REVOKE_TOKEN, NO_TOPICS);
  const revoke = async () => {
    if ((await act.run({ id: token.id })) === undefined) return;
    notify(strings.revoked(token.name));
    done();
    close();
  };
  return (
    <Dialog title={strings.revokeOf(token.name)} closeLabel={strings.keep} close={close}>
      <Stack gap="md">
        <Text>{strings.revokeEffect}</Text>
        {act.problem && <ProblemState problem={act.problem} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {strings.keep}
          </Button>
          <Button color="red" loading={act.isBusy} onClick={() => void revoke()}>
            {strings.revokeNow(token.name)}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
