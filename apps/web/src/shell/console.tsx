import { RouterProvider } from '@tanstack/react-router';
import { useEffect, useMemo, type ReactNode } from 'react';
import { Provider } from 'urql';
import { createApiClient } from '../graphql.js';
import { useLiveQuery } from '../live-query.js';
import type { AppRouter } from '../router.js';
import { LoadingState, ProblemState } from '../ui/states.js';
import { ME } from './documents.js';
import { LiveContext } from './live-context.js';
import { createLiveHub, type LiveHub } from './live-hub.js';
import { browserSurroundings, createLiveSocket } from './live-socket.js';
import { hearTabs } from './session-channel.js';
import { SessionContext } from './session-context.js';

interface ConsoleProps {
  readonly router: AppRouter;
  readonly leave: (why: 'asked' | 'ended') => void;
}

/** The signed-in part: one GraphQL client, one socket, the session, the screens. */
export function Console({ router, leave }: ConsoleProps) {
  const client = useMemo(() => createApiClient(() => leave('ended')), [leave]);
  const hub = useMemo<LiveHub>(
    () =>
      createLiveHub(
        createLiveSocket(() => leave('ended')),
        browserSurroundings(),
      ),
    [leave],
  );
  useEffect(() => hub.start(), [hub]);
  return (
    <Provider value={client}>
      <LiveContext value={hub}>
        <WithSession leave={leave}>
          <RouterProvider router={router} />
        </WithSession>
      </LiveContext>
    </Provider>
  );
}

const NO_VARIABLES = {};

/** Loads who is signed in before any screen is shown. */
export function WithSession({
  leave,
  children,
}: {
  readonly leave: ConsoleProps['leave'];
  readonly children: ReactNode;
}) {
  const { data, problem, refetch } = useLiveQuery(ME, NO_VARIABLES);
  useEffect(() => hearTabs((news) => news === 'renewed' && refetch()), [refetch]);
  const session = useMemo(
    () => (data ? { me: data.me, refresh: refetch, leave } : undefined),
    [data, refetch, leave],
  );
  if (session) return <SessionContext value={session}>{children}</SessionContext>;
  return (
    <main className="sp-signed-out">
      {problem ? <ProblemState problem={problem} retry={refetch} /> : <LoadingState />}
    </main>
  );
}
