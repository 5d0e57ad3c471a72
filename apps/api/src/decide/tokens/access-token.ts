import { importJWK, SignJWT, type CryptoKey } from 'jose';
import { INSTANCE, type KeyRing, type SigningKey } from '../../platform/key-ring.js';
import { ACCESS_TOKEN_TYP } from './own-tokens.js';
import type { AuthorizationDetail } from './authorization-details.js';

/** What an access token says (RFC 9068, RFC 9396). Times in seconds. */
export interface AccessTokenClaims {
  readonly iss: string;
  readonly sub: string;
  readonly aud: string;
  readonly client_id: string;
  readonly scope: string;
  readonly iat: number;
  readonly exp: number;
  readonly jti: string;
  readonly tenant: string;
  readonly authorization_details: readonly AuthorizationDetail[];
}

/** Signs access tokens with the instance's active key. */
export class AccessTokenSigner {
  private readonly imported = new WeakMap<SigningKey, Promise<CryptoKey>>();

  constructor(private readonly keys: KeyRing) {}

  async sign(claims: AccessTokenClaims): Promise<string> {
    const key = await this.keys.signingKey(INSTANCE, 'token');
    return new SignJWT({ ...claims })
      .setProtectedHeader({ alg: key.algorithm, typ: ACCESS_TOKEN_TYP, kid: key.kid })
      .sign(await this.importOnce(key));
  }

  private importOnce(key: SigningKey): Promise<CryptoKey> {
    const known = this.imported.get(key);
    if (known) return known;
    const d = Buffer.from(key.rawPrivate).toString('base64url');
    const importing = importJWK({ ...key.publicJwk, d }, key.algorithm) as Promise<CryptoKey>;
    this.imported.set(key, importing);
    return importing;
  }
}
