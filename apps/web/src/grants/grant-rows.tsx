import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useRef } from 'react';
import { useNow } from '../clock.js';
import type { Grant, GrantFilter } from '../graphql-types.js';
import { StateBadge } from '../ui/decision-badge.js';
import { rememberOpened } from '../ui/focus-return.js';
import { useListKeys } from '../ui/list-keys.js';
import { EmptyState } from '../ui/states.js';
import { TimeLeft } from '../ui/time-left.js';
import { When } from '../ui/when.js';
import type { EndingAct } from './end-grant.js';
import { stateNow } from './grant-state.js';
import { strings } from './strings.js';

interface RowsProps {
  readonly grants: readonly Grant[];
  readonly state: GrantFilter;
  readonly end: (grant: Grant, act: EndingAct) => void;
}

/** Grants as rows: who holds what, until when, and how it can be ended early. */
export function GrantRows({ grants, state, end }: RowsProps) {
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
  const state = stateNow(grant, now);
  const isOpen = state === 'active' || state === 'scheduled';
  return (
    <li className="sp-row sp-grant">
      <div>
        <Link
          to="/requests/$id"
          params={{ id: grant.requestId }}
          data-row-id={grant.id}
          className="sp-row-link"
          onClick={() => rememberOpened('/grants', grant.id)}
        >
          {sentenceOf(grant, state)}
        </Link>
        <div className="sp-row-meta">
          <StateBadge state={state} />
          {isOpen ? <Open grant={grant} /> : <Over grant={grant} />}
        </div>
      </div>
      {isOpen && <Acts grant={grant} end={end} />}
    </li>
  );
}

function sentenceOf({ subjectName, role }: Grant, state: string): string {
  if (state === 'active') return strings.holds(subjectName, role.id);
  if (state === 'scheduled') return strings.willHold(subjectName, role.id);
  return strings.held(subjectName, role.id);
}

function Acts({ grant, end }: { readonly grant: Grant; readonly end: RowsProps['end'] }) {
  return (
    <div className="sp-grant-side">
      <TimeLeft startsAt={grant.startsAt} endsAt={grant.endsAt} />
      {grant.canReturn && (
        <Button
          size="xs"
          variant="default"
          aria-label={strings.giveBackOf(grant.role.id)}
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
          aria-label={strings.revokeOf(grant.role.id, grant.subjectName)}
          onClick={() => end(grant, 'revoke')}
        >
          {strings.revoke}
        </Button>
      )}
    </div>
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
