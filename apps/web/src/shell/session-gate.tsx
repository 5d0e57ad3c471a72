import { Alert, Button } from '@mantine/core';
import { useCallback, useEffect, useState, type ReactNode } from 'react';
import { loadSession, type SessionState, type TenantChoice } from '../session.js';
import { LoadingState } from '../ui/states.js';
import { hearTabs } from './session-channel.js';
import { SignedOut } from './signed-out.js';
import { strings } from './strings.js';

type Gate =
  | { readonly at: 'asking' | 'unreachable' | 'open' }
  | {
      readonly at: 'closed';
      readonly tenants: readonly TenantChoice[];
      readonly why: 'never' | 'asked' | 'ended';
    };

type Leave = (why: 'asked' | 'ended') => void;

/** Shows the console to a live session, and the sign-in page to everybody else, at the same address. */
export function SessionGate({ children }: { readonly children: (leave: Leave) => ReactNode }) {
  const [gate, setGate] = useState<Gate>({ at: 'asking' });
  const ask = useCallback((why: 'never' | 'asked' | 'ended') => {
    loadSession().then(
      (state) => setGate((before) => nextGate(before, state, why)),
      () => setGate({ at: 'unreachable' }),
    );
  }, []);
  useEffect(() => ask('never'), [ask]);
  useEffect(() => hearTabs((news) => ask(news === 'signed-out' ? 'asked' : 'never')), [ask]);
  const leave = useCallback<Leave>((why) => ask(why), [ask]);
  if (gate.at === 'open') return children(leave);
  if (gate.at === 'closed') {
    const { pathname, search } = window.location;
    return <SignedOut tenants={gate.tenants} why={gate.why} returnTo={`${pathname}${search}`} />;
  }
  return (
    <main className="sp-signed-out">
      {gate.at === 'asking' && <LoadingState />}
      {gate.at === 'unreachable' && <Unreachable retry={() => ask('never')} />}
    </main>
  );
}

// Signing out also ends the socket, which says "ended": what the person did is the better explanation.
function nextGate(before: Gate, state: SessionState, why: 'never' | 'asked' | 'ended'): Gate {
  if (state.signedIn) return { at: 'open' };
  if (before.at === 'closed' && before.why === 'asked' && why === 'ended') return before;
  return { at: 'closed', tenants: state.tenants, why };
}

function Unreachable({ retry }: { readonly retry: () => void }) {
  return (
    <Alert role="alert" color="red" title={strings.unreachable}>
      <Button size="xs" variant="outline" color="red" onClick={retry}>
        {strings.retry}
      </Button>
    </Alert>
  );
}
