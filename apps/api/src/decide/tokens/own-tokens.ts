import { createLocalJWKSet, decodeProtectedHeader, errors, jwtVerify, type JWTPayload } from 'jose';
import type { DecideSettings } from '../decide.ports.js';
import { INSTANCE, type KeyRing } from '../../platform/key-ring.js';
import type { StoredToken, TokenStore } from './token-store.js';

/** RFC 9068 §2.1. */
export const ACCESS_TOKEN_TYP = 'at+jwt';
const MAX_TOKEN_LENGTH = 16_384;

/** What a well-signed token of ours says about itself. */
export interface OwnClaims {
  readonly jti: string;
  readonly tenantId: string;
}

/** Recognises the access tokens that this instance issued. */
export class OwnTokens {
  constructor(
    private readonly settings: Pick<DecideSettings, 'publicUrl'>,
    private readonly keys: KeyRing,
    private readonly store: TokenStore,
  ) {}

  /** The token if this instance signed it for the tenant and it is neither over nor revoked; otherwise undefined. */
  async verifyLive(
    token: string,
    tenantId: string,
    nowMs: number,
  ): Promise<StoredToken | undefined> {
    const claims = await this.read(token, nowMs);
    if (claims?.tenantId !== tenantId) return undefined;
    const stored = await this.store.find(tenantId, claims.jti);
    if (stored?.revokedAtMs !== undefined) return undefined;
    return stored && nowMs < stored.expiresAtMs ? stored : undefined;
  }

  /** Checks signature, type, issuer and time; undefined for everything that is not such a token. */
  async read(token: string, nowMs: number): Promise<OwnClaims | undefined> {
    if (token.length > MAX_TOKEN_LENGTH) return undefined;
    try {
      const { payload } = await jwtVerify(token, await this.keySet(token), {
        issuer: this.settings.publicUrl,
        typ: ACCESS_TOKEN_TYP,
        algorithms: ['EdDSA'],
        requiredClaims: ['exp', 'jti'],
        currentDate: new Date(nowMs),
      });
      return fromClaims(payload);
    } catch (error) {
      if (error instanceof errors.JOSEError || error instanceof TypeError) return undefined;
      throw error;
    }
  }

  private async keySet(token: string): Promise<ReturnType<typeof createLocalJWKSet>> {
    decodeProtectedHeader(token);
    const keys = await this.keys.publicKeys(INSTANCE, 'token');
    return createLocalJWKSet({
      keys: keys.map(({ publicJwk, kid }) => ({ ...publicJwk, kid, alg: 'EdDSA' })),
    });
  }
}

function fromClaims({ jti, tenant }: JWTPayload): OwnClaims | undefined {
  return typeof jti === 'string' && typeof tenant === 'string'
    ? { jti, tenantId: tenant }
    : undefined;
}
