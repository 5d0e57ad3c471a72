import type { FastifyRequest } from 'fastify';
import { UnauthenticatedError } from '../errors.js';
import type { Credential } from './credential.js';

/**
 * Who may call a route; every route declares one.
 * - `public`: anybody.
 * - `pep`: an enforcement point (Bearer key, or `X-Sallyport-Key` where Authorization is the end user's).
 * - `oauth-client`: an enforcement point, with Bearer or HTTP Basic (RFC 6749 §2.3.1).
 * - `admin`: the instance's admin token.
 * - `tenant-admin`: the instance's admin token, or an admin of the tenant in `:tenant`.
 * - `log-reader`: admin, auditor or enforcement point of the tenant in `:tenant`.
 * - `evidence-exporter`: admin or auditor of the tenant in `:tenant`.
 * - `session`: a person signed in to the console.
 */
export type RouteAccess =
  | 'public'
  | 'pep'
  | 'oauth-client'
  | 'admin'
  | 'tenant-admin'
  | 'log-reader'
  | 'evidence-exporter'
  | 'session';

/** A route's own words, read once when it is added: Fastify would gather them anew for every request that asks. */
export interface DeclaredRoute {
  readonly url: string;
  readonly access: RouteAccess;
  readonly body: 'json' | 'json-bytes' | 'form' | 'none';
}

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: RouteAccess;
    /**
     * What the route reads as its body; `json` when absent. `json-bytes` is not parsed yet: for bodies that would hold
     * decisions up meanwhile. `none` ignores whatever is sent.
     */
    body?: 'json' | 'json-bytes' | 'form' | 'none';
  }
  interface FastifyRequest {
    credential: Credential | undefined;
    /** What the route says about itself; undefined where there is no route. */
    declared: DeclaredRoute | undefined;
    /** False only where the body's parser is certain that the body is I-JSON as it stands. */
    mayBeIllFormed: boolean;
  }
}

/** The request's credential, narrowed to the kinds that the route's access admits. Throws UnauthenticatedError otherwise. */
export function credentialOf<K extends Credential['kind']>(
  request: FastifyRequest,
  ...kinds: readonly K[]
): Extract<Credential, { kind: K }> {
  const { credential } = request;
  if (credential && (kinds as readonly string[]).includes(credential.kind)) {
    return credential as Extract<Credential, { kind: K }>;
  }
  throw new UnauthenticatedError('this request needs another kind of credential');
}
