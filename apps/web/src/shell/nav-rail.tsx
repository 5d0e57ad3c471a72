import { Badge } from '@mantine/core';
import {
  IconHourglass,
  IconInbox,
  IconSettings,
  IconShieldCheck,
  IconUserCircle,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useLiveQuery } from '../live-query.js';
import { announce } from './announcer.js';
import { WAITING } from './documents.js';
import { AREAS } from './navigation.js';
import { strings } from './strings.js';

const ICONS = {
  '/requests': IconInbox,
  '/grants': IconHourglass,
  '/evidence': IconShieldCheck,
  '/me': IconUserCircle,
  '/settings': IconSettings,
} as const;

const NO_VARIABLES = {};

/** The areas that exist, with a count only where the person must act. */
export function NavRail() {
  const waiting =
    useLiveQuery(WAITING, NO_VARIABLES, ['requests']).data?.accessRequests.waiting ?? 0;
  useEffect(() => {
    if (waiting > 0) announce(strings.waitingNews(waiting));
  }, [waiting]);
  return (
    <nav className="sp-rail" aria-label={strings.mainNav}>
      <ul>
        {AREAS.map(({ to, label, keys }) => {
          const Icon = ICONS[to];
          return (
            <li key={to}>
              <Link to={to} className="sp-rail-link" aria-keyshortcuts={keys}>
                <Icon size={20} stroke={1.7} aria-hidden="true" />
                <span>{label}</span>
                {to === '/requests' && waiting > 0 && <WaitingCount count={waiting} />}
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}

function WaitingCount({ count }: { readonly count: number }) {
  return (
    <>
      <Badge size="sm" circle={count < 10} color="brand" aria-hidden="true">
        {count}
      </Badge>
      <span className="sp-visually-hidden">, {strings.waiting(count)}</span>
    </>
  );
}
