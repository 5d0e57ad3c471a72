import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from 'jose';
import { IssuerKeys, type TrustedIssuer } from '../../decide/decide.ports.js';
import type { Clock } from '../../platform/clock.js';
import { boundedFetch, type Fetch } from './bounded-fetch.js';
import { discoverJwksUri } from './discovery.js';

export interface RemoteIssuerKeysOptions {
  readonly clock: Clock;
  readonly fetch?: Fetch;
  readonly timeoutMs?: number;
  /** How long an issuer that failed is left alone. */
  readonly failureCooldownMs?: number;
  /** How long an unknown key id triggers no further look-up; also what bounds a flood of forged key ids. */
  readonly unknownKeyCooldownMs?: number;
}

type RemoteKeys = ReturnType<typeof createRemoteJWKSet>;

interface Source {
  readonly keys: Promise<RemoteKeys>;
  failedAtMs: number | undefined;
}

const CACHE_MAX_AGE_MS = 600_000;
const MAX_SOURCES = 1_000;

/** The signing keys of remote issuers: found by discovery or at `jwksUri`, cached, refreshed when a key id is unknown. */
export class RemoteIssuerKeys extends IssuerKeys {
  private readonly sources = new Map<string, Source>();
  private readonly fetch: Fetch;
  private readonly timeoutMs: number;
  private readonly failureCooldownMs: number;

  constructor(private readonly options: RemoteIssuerKeysOptions) {
    super();
    this.timeoutMs = options.timeoutMs ?? 3_000;
    this.failureCooldownMs = options.failureCooldownMs ?? 5_000;
    this.fetch = boundedFetch(options.fetch ?? fetch);
  }

  keysOf(issuer: TrustedIssuer): JWTVerifyGetKey {
    return async (header, token) => {
      const source = this.sourceOf(issuer);
      let keys: RemoteKeys | undefined;
      try {
        keys = await source.keys;
        return await keys(header, token);
      } catch (error) {
        // An issuer whose keys are known and fresh has not failed: a forged key id must not lock its subjects out.
        if (!keys?.fresh) source.failedAtMs ??= this.options.clock.nowMs();
        throw error;
      }
    };
  }

  /** A source that failed is replaced after the cooldown, never at once: a broken issuer costs nobody a wait each time. */
  private sourceOf(issuer: TrustedIssuer): Source {
    const key = JSON.stringify([issuer.url, issuer.jwksUri ?? null]);
    const known = this.sources.get(key);
    if (known) {
      const { failedAtMs } = known;
      if (failedAtMs === undefined) return known;
      if (this.options.clock.nowMs() - failedAtMs < this.failureCooldownMs) return FAILED;
    }
    if (this.sources.size >= MAX_SOURCES) this.sources.clear();
    const source: Source = { keys: this.open(issuer), failedAtMs: undefined };
    source.keys.catch(() => undefined);
    this.sources.set(key, source);
    return source;
  }

  private async open(issuer: TrustedIssuer): Promise<RemoteKeys> {
    const jwksUri =
      issuer.jwksUri ?? (await discoverJwksUri(issuer.url, this.fetch, this.timeoutMs));
    return createRemoteJWKSet(new URL(jwksUri), {
      timeoutDuration: this.timeoutMs,
      cooldownDuration: this.options.unknownKeyCooldownMs ?? 30_000,
      cacheMaxAge: CACHE_MAX_AGE_MS,
      [customFetch]: this.fetch,
    });
  }
}

const FAILED: Source = {
  keys: Promise.reject(new Error('the issuer failed a moment ago')),
  failedAtMs: 0,
};
FAILED.keys.catch(() => undefined);
