import { Button } from '@mantine/core';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { useNow } from '../clock.js';
import type { Grant, GrantFilter, Page as GrantPage } from '../graphql-types.js';
import { usePagedQuery } from '../paged-query.js';
import { StateBadge } from '../ui/decision-badge.js';
import { useListKeys } from '../ui/list-keys.js';
import { LoadMore } from '../ui/load-more.js';
import { Page } from '../ui/page.js';
import { QueryView } from '../ui/query-view.js';
import { EmptyState } from '../ui/states.js';
import { TimeLeft } from '../ui/time-left.js';
import { When } from '../ui/when.js';
import { GRANTS } from './documents.js';
import { EndGrant, type EndingAct } from './end-grant.js';
import { stateNow } from './grant-state.js';
import { strings } from './strings.js';

/** `/grants`: who holds what, for how long still; and what is over. */
export function GrantList() {
  const { tab } = useSearch({ from: '/grants' });
  const state: GrantFilter = tab === 'ended' ? 'ENDED' : 'ACTIVE';
  const query = usePagedQuery(GRANTS, { state }, pickPage, ['grants']);
  const [ending, setEnding] = useState<{ readonly grant: Grant; readonly act: EndingAct }>();
  const now = useNow();
  const live = query.nodes.filter((grant) => stateNow(grant, now) === 'active').length;
  const headline =
    state === 'ENDED' ? strings.endedHeadline : strings.headline(live, query.hasMore);
  return (
    <Page title={strings.title} headline={query.data === undefined ? strings.title : headline}>
      <GrantTabs current={state} />
      <QueryView query={query}>
        {() => (
          <>
            <Rows
              grants={query.nodes}
              state={state}
              end={(grant, act) => setEnding({ grant, act })}
            />
            <LoadMore query={query} />
          </>
        )}
      </QueryView>
      {ending && (
        <EndGrant
          key={ending.grant.id}
          grant={ending.grant}
          act={ending.act}
          close={() => setEnding(undefined)}
        />
      )}
    </Page>
  );
}

function GrantTabs({ current }: { readonly current: GrantFilter }) {
  return (
    <nav aria-label={strings.tabs} className="sp-tabs">
      <Link
        to="/grants"
        search={{}}
        activeProps={{}}
        aria-current={current === 'ACTIVE' ? 'page' : undefined}
      >
        {strings.active}
      </Link>
      <Link
        to="/grants"
        search={{ tab: 'ended' }}
        activeProps={{}}
        aria-current={current === 'ENDED' ? 'page' : undefined}
      >
        {strings.ended}
      </Link>
    </nav>
  );
}

interface RowsProps {
  readonly grants: readonly Grant[];
  readonly state: GrantFilter;
  readonly end: (grant: Grant, act: EndingAct) => void;
}

function Rows({ grants, state, end }: RowsProps) {
  const list = useRef<HTMLUListElement>(null);
  useListKeys(
    list,
    '/grants',
    grants.map((grant) => grant.id),
  );
  if (grants.length === 0) {
    return <EmptyState>{state === 'ENDED' ? strings.emptyEnded : strings.emptyActive}</EmptyState>;
  }
  return (
    <ul className="sp-rows" aria-label={strings.list} ref={list}>
      {grants.map((grant) => (
        <Row key={grant.id} grant={grant} end={end} />
      ))}
    </ul>
  );
}

function Row({ grant, end }: { readonly grant: Grant; readonly end: RowsProps['end'] }) {
  const now = useNow();
  const navigate = useNavigate();
  const state = stateNow(grant, now);
  const [who, role] = [grant.subjectName, grant.role.id];
  const sentence =
    state === 'active'
      ? strings.holds(who, role)
      : state === 'scheduled'
        ? strings.willHold(who, role)
        : strings.held(who, role);
  const isOpen = state === 'active' || state === 'scheduled';
  return (
    <li className="sp-row sp-grant">
      <div>
        <Link
          to="/requests/$id"
          params={{ id: grant.requestId }}
          data-row-id={grant.id}
          className="sp-row-link"
          onKeyDown={(event) => {
            if (event.key === 'o')
              void navigate({ to: '/requests/$id', params: { id: grant.requestId } });
          }}
        >
          {sentence}
        </Link>
        <div className="sp-row-meta">
          <StateBadge state={state} />
          {isOpen ? <Open grant={grant} /> : <Over grant={grant} />}
        </div>
      </div>
      {isOpen && (
        <div className="sp-grant-side">
          <TimeLeft startsAt={grant.startsAt} endsAt={grant.endsAt} />
          {grant.canReturn && (
            <Button
              size="xs"
              variant="default"
              aria-label={strings.giveBackOf(role)}
              onClick={() => end(grant, 'return')}
            >
              {strings.giveBack}
            </Button>
          )}
          {grant.canRevoke && (
            <Button
              size="xs"
              variant="outline"
              color="red"
              aria-label={strings.revokeOf(role, who)}
              onClick={() => end(grant, 'revoke')}
            >
              {strings.revoke}
            </Button>
          )}
        </div>
      )}
    </li>
  );
}

function Open({ grant }: { readonly grant: Grant }) {
  return (
    <span>
      {strings.until} <When at={grant.endsAt} isQuiet />
    </span>
  );
}

function Over({ grant }: { readonly grant: Grant }) {
  return (
    <span>
      <When at={grant.endedAt ?? grant.endsAt} isQuiet />{' '}
      {grant.endedBy !== null && strings.endedBy(grant.endedBy)}
      {grant.endReason !== null && `: “${grant.endReason}”`}
    </span>
  );
}

function pickPage(data: { readonly grants: GrantPage<Grant> }): GrantPage<Grant> {
  return data.grants;
}
