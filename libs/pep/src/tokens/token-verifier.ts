import { createRemoteJWKSet, customFetch, errors, type JWTPayload, jwtVerify } from 'jose';
import type { Discovery } from '../discovery.js';
import {
  KeysUnavailableError,
  type PepError,
  TokenExpiredError,
  TokenInvalidError,
  TokenRevokedError,
} from '../errors.js';
import type { Settings } from '../settings.js';
import { readBody } from '../transport/read-body.js';
import type { RevokedTokens } from './revoked-tokens.js';

export interface VerifyOptions {
  /** The name that tokens for this place are issued for. */
  readonly audience: string;
  /** The tenant that must have issued it; the path of `pdp` where absent. */
  readonly tenant?: string;
  /** How far clocks may differ; 5. */
  readonly clockToleranceSeconds?: number;
}

/** An access token of the broker (RFC 9068, RFC 9396), as it was issued for this audience. */
export interface VerifiedToken {
  readonly jti: string;
  readonly subjectId: string;
  readonly tenant: string;
  /** The enforcement point that it was issued to. */
  readonly clientId: string | undefined;
  readonly scope: readonly string[];
  readonly expiresAtMs: number;
  readonly claims: JWTPayload;
}

const ALGORITHMS = ['EdDSA', 'ES256'];
const MAX_LENGTH = 16_384;
const MAX_KEYS_BYTES = 262_144;
/** An unknown key id fetches the keys again, but no more often than this. */
const COOLDOWN_MS = 30_000;
const KEYS_MAX_AGE_MS = 600_000;

/** Checks the broker's tokens without asking it: signature, type, issuer, audience, tenant, time, and what is known to be revoked. */
export class TokenVerifier {
  private keys:
    { readonly root: string; readonly set: ReturnType<typeof createRemoteJWKSet> } | undefined;

  constructor(
    private readonly discovery: Discovery,
    private readonly settings: Settings,
    private readonly revoked: RevokedTokens,
  ) {}

  /** Rejects with TokenInvalidError, TokenExpiredError, TokenRevokedError or KeysUnavailableError. */
  async verify(token: string, options: VerifyOptions): Promise<VerifiedToken> {
    const tenant = options.tenant ?? tenantOf(this.settings.pdp);
    // Every tenant's tokens are signed with the same keys.
    if (!tenant || !options.audience)
      throw new TypeError('verifyToken: needs an audience, and a tenant where pdp names none');
    if (token.length > MAX_LENGTH) throw new TokenInvalidError('the token is too long');
    const root = await this.discovery.root().catch((cause: unknown) => {
      throw new KeysUnavailableError('the issuer is not known', { cause });
    });
    const { payload } = await jwtVerify(token, this.keySet(root), {
      algorithms: ALGORITHMS,
      typ: 'at+jwt',
      issuer: root,
      audience: options.audience,
      requiredClaims: ['exp', 'iat', 'jti', 'sub', 'tenant'],
      clockTolerance: options.clockToleranceSeconds ?? 5,
      currentDate: new Date(this.settings.platform.nowMs()),
    }).catch((error: unknown) => {
      throw failureOf(error);
    });
    return this.accepted(payload, tenant);
  }

  private accepted(payload: JWTPayload, tenant: string): VerifiedToken {
    const { jti, sub, exp = 0, iat = 0, scope, client_id: clientId } = payload;
    if (typeof jti !== 'string' || typeof sub !== 'string' || payload['tenant'] !== tenant)
      throw new TokenInvalidError('the token is not of this tenant');
    if (this.revoked.has(jti, iat * 1_000)) throw new TokenRevokedError('the token was revoked');
    return {
      jti,
      subjectId: sub,
      tenant,
      clientId: typeof clientId === 'string' ? clientId : undefined,
      scope: typeof scope === 'string' ? scope.split(' ').filter((one) => one !== '') : [],
      expiresAtMs: exp * 1_000,
      claims: payload,
    };
  }

  private keySet(root: string): ReturnType<typeof createRemoteJWKSet> {
    if (this.keys?.root === root) return this.keys.set;
    const { platform, budget } = this.settings;
    const set = createRemoteJWKSet(new URL(`${root}/.well-known/jwks.json`), {
      timeoutDuration: budget.deadlineMs,
      cooldownDuration: COOLDOWN_MS,
      cacheMaxAge: KEYS_MAX_AGE_MS,
      [customFetch]: async (url, init) => {
        const response = await platform.fetch(url, { ...init, redirect: 'manual' });
        if (response.status !== 200) throw new KeysUnavailableError('the keys cannot be had');
        const bytes = await readBody(response, MAX_KEYS_BYTES);
        return new Response(new Uint8Array(bytes), {
          headers: { 'content-type': 'application/json' },
        });
      },
    });
    this.keys = { root, set };
    return set;
  }
}

function failureOf(error: unknown): PepError {
  if (error instanceof errors.JWTExpired) return new TokenExpiredError('the token is over');
  const isAboutToken =
    error instanceof errors.JOSEError &&
    // What jose throws where the keys' address answers with no keys.
    error.code !== 'ERR_JOSE_GENERIC' &&
    !(error instanceof errors.JWKSTimeout) &&
    !(error instanceof errors.JWKSInvalid);
  if (isAboutToken) return new TokenInvalidError('the token is not valid here', { cause: error });
  return new KeysUnavailableError('the keys cannot be had', { cause: error });
}

function tenantOf(pdp: string): string | undefined {
  return new URL(pdp).pathname.split('/').at(-1) || undefined;
}
