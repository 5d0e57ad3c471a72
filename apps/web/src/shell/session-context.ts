import { createContext, useContext } from 'react';
import type { Me } from '../graphql-types.js';

/** Who is signed in, and how to leave. */
export interface Session {
  readonly me: Me;
  readonly refresh: () => void;
  /** Ends the session here and now: `asked` when the person signed out, `ended` when the broker said so. */
  readonly leave: (why: 'asked' | 'ended') => void;
}

export const SessionContext = createContext<Session | undefined>(undefined);

/** The signed-in session. Throws outside the signed-in part. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === undefined) throw new Error('there is no session here');
  return session;
}

/** Console roles as the person holds them. */
export function useRoles(): { readonly isAdmin: boolean; readonly isAuditor: boolean } {
  const { roles } = useSession().me;
  return { isAdmin: roles.includes('admin'), isAuditor: roles.includes('auditor') };
}
