import type { SessionCredential } from '../platform/http/credential.js';

/**
 * What a field may require of the person who asks.
 * `member`: signed in. `auditor`: reads the whole log. `admin`: administers the tenant (and reads the log).
 * Who may review a request is a question about that request, not a role: the access service answers it.
 */
export type Permission = 'member' | 'auditor' | 'admin';

/** The signed-in person, as resolvers see them. */
export type Viewer = Omit<SessionCredential, 'kind'>;

/** What Mercurius hands to every resolver. */
export interface GraphQLContext {
  readonly viewer: Viewer;
}

/** Every signed-in person is a member; an admin may read what an auditor may. */
export function holds(viewer: Viewer, permission: Permission): boolean {
  if (permission === 'member') return true;
  return viewer.roles.includes('admin') || viewer.roles.includes(permission);
}
