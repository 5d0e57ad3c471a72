import type { JsonObject } from '../decision.js';

/** An enforcement point: who asks for decisions, and what it is trusted to say. It has at least one of the four credentials. */
export interface PepDefinition {
  readonly name: string;
  readonly kind: 'gateway' | 'mesh' | 'data' | 'pipeline' | 'kubernetes' | 'other';
  readonly mode: 'enforce' | 'warn' | 'monitor';
  /** The key itself, at least 8 characters; stored only as its hash. */
  readonly key?: string;
  /** Lower-case hex SHA-256 of the key. */
  readonly keyHash?: string;
  /** Public keys (RFC 7517) for `private_key_jwt`. */
  readonly jwks?: { readonly keys: readonly JsonObject[] };
  readonly spiffeId?: string;
  /** Absent: trusted for `subject`, `ip` and `device_id`. Present: exactly these names; `*` is every name. */
  readonly trustedProperties?: readonly string[];
  /** Answers carry reasons without being asked to. */
  readonly explain: boolean;
  /** Denies where facts may be out of date (design §5). */
  readonly strict: boolean;
  /** How forward-auth turns a request line into a question; the first that matches counts. */
  readonly routes: readonly PepRoute[];
}

export interface PepRoute {
  /** Upper-case HTTP method, or `*`. */
  readonly method: string;
  /** Path with `{name}` segments. */
  readonly path: string;
  readonly action: string;
  /** `{name}` stands for the path's segment of that name. */
  readonly resource: { readonly type: string; readonly id: string };
  readonly context?: JsonObject;
  /** Cookie that carries the end user's token where Authorization does not; none when absent. */
  readonly cookie?: string;
}
