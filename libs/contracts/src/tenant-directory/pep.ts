import type { JsonObject } from '../decision.js';
import type { DataTable } from '../plan/index.js';

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
  /** For how long it may keep an answer at most, in whole seconds; not at all when absent. */
  readonly cacheSeconds?: number;
  /** How forward-auth turns a request line into a question; the first that matches counts. */
  readonly routes: readonly PepRoute[];
  /** A cluster whose authorizer this is denies for good instead of leaving what is not permitted to the next one. */
  readonly authoritative?: boolean;
  /** What it asks through OPA's Data API; a path that is not here is undefined. */
  readonly opa?: readonly PepOpaPath[];
  /** What it may ask at most. */
  readonly limits?: PepLimits;
  /** For plans: where it keeps its resources, by their type. */
  readonly data?: Readonly<Record<string, DataTable>>;
}

/** One decision under OPA's Data API (`/v1/data/<path>`). */
export interface PepOpaPath {
  readonly path: string;
  /**
   * Whose input is read: `kong`, `apisix` and `envoy` describe an HTTP request, which the PEP's `routes` turn into a question;
   * `generic` is AuthZEN's subject, action, resource and context, or what `input` says.
   */
  readonly preset: 'generic' | 'kong' | 'apisix' | 'envoy';
  /** The result: `true` or `false`, or the object that this kind of client expects. */
  readonly view: 'boolean' | 'object';
  readonly input?: PepOpaInput;
}

/** Where the input holds what: each text is a JSON Pointer (RFC 6901) where it begins with `/`, and itself otherwise. */
export interface PepOpaInput {
  /** Asserted, where no token proves another: counts only where the PEP is trusted for `subject`. */
  readonly subject?: { readonly type: string; readonly id: string };
  /** The end user's token, in place of `subject`; `generic` only. */
  readonly token?: string;
  /** `generic` only, like `resource`. */
  readonly action?: string;
  readonly resource?: { readonly type: string; readonly id: string };
  readonly context?: Readonly<Record<string, string>>;
}

/** Bounds on one enforcement point, for each process of the broker. */
export interface PepLimits {
  /** Requests in a second, in the long run. */
  readonly perSecond?: number;
  /** Requests at once after a pause; as many as in a second where absent. */
  readonly burst?: number;
  readonly maxBodyBytes?: number;
  /** Questions in one request. */
  readonly maxBatch?: number;
}

export interface PepRoute {
  /** Upper-case HTTP method, or `*`. */
  readonly method: string;
  /** Lower-case host of the request, where it matters; without a port it stands for every port. */
  readonly host?: string;
  /** Path with `{name}` segments; `{name*}` at its end takes one or more. */
  readonly path: string;
  readonly action: string;
  /** `{name}` stands for the path's segment of that name. */
  readonly resource: { readonly type: string; readonly id: string };
  readonly context?: JsonObject;
  /** Cookie that carries the end user's token where Authorization does not; none when absent. */
  readonly cookie?: string;
  /** Where the end user's token is looked for; `both`, Authorization first, where a cookie is named, and `bearer` elsewhere. */
  readonly subject?: 'bearer' | 'cookie' | 'both';
  /** What a browser without identity gets: the status, or the way to `browser.signIn` of tenant.yaml. */
  readonly unauthenticated?: 401 | 'redirect';
  /** What a browser gets that policy denies: the status, or the way to the console's form for asking. */
  readonly denied?: 403 | 'ask';
  /** A permit carries a token for this audience, with the route's action as its scope. */
  readonly token?: { readonly audience: string };
  /** A permit names the subject's groups. */
  readonly groups?: boolean;
}
