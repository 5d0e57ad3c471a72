import { CSRF_HEADERS } from './graphql.js';

export interface TenantChoice {
  readonly id: string;
  readonly name: string;
}

/** Answer of `GET /auth/session`. Tenants are told in development only. */
export type SessionState =
  | { readonly signedIn: true }
  | { readonly signedIn: false; readonly tenants: readonly TenantChoice[] };

/** Asks whether the cookie is a live session. Throws when the broker cannot be reached or answers nonsense. */
export async function loadSession(): Promise<SessionState> {
  const response = await fetch('/auth/session', { credentials: 'same-origin', cache: 'no-store' });
  if (!response.ok) throw new Error(`/auth/session answered ${response.status}`);
  const body: unknown = await response.json();
  if (!isRecord(body)) throw new Error('/auth/session did not answer an object');
  if (body['signedIn'] === true) return { signedIn: true };
  return { signedIn: false, tenants: tenantsOf(body['tenants']) };
}

/** Address that starts the sign-in and comes back to `returnTo` (a path of this site). */
export function loginAddress(tenant: string | undefined, returnTo: string): string {
  const query = new URLSearchParams();
  if (tenant !== undefined && tenant !== '') query.set('tenant', tenant);
  query.set('returnTo', returnTo);
  return `/auth/login?${query.toString()}`;
}

/** Ends the session; the caller shows the signed-out page. Throws when the broker did not confirm. */
export async function signOut(): Promise<void> {
  const response = await fetch('/auth/logout', {
    method: 'POST',
    credentials: 'same-origin',
    headers: { ...CSRF_HEADERS },
  });
  if (!response.ok && response.status !== 401)
    throw new Error(`/auth/logout answered ${response.status}`);
}

function tenantsOf(value: unknown): readonly TenantChoice[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item: unknown) => {
    if (typeof item === 'string') return [{ id: item, name: item }];
    if (!isRecord(item) || typeof item['id'] !== 'string') return [];
    const name = item['displayName'] ?? item['name'];
    return [{ id: item['id'], name: typeof name === 'string' ? name : item['id'] }];
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
