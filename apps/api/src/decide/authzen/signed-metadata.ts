import { importJWK, SignJWT } from 'jose';
import type { Clock } from '../../platform/clock.js';
import { INSTANCE, type KeyRing, type SigningKey } from '../../platform/key-ring.js';
import { type AuthzenMetadata, authzenMetadata } from './metadata.js';

const HOUR_SECONDS = 3_600;
/** Not longer than a key stays published after it signed for the last time. */
const VALID_SECONDS = 12 * HOUR_SECONDS;
/** Whoever asks chooses the tenant's name: only so many answers are kept. */
const MAX_KEPT = 1_000;

/**
 * Metadata with their own signature (AuthZEN §9.1.3), by the key that signs access tokens and stands in the published key set. Issued on the hour, so that all
 * answers of an hour are the same bytes and caches may keep them.
 */
export class SignedMetadata {
  private readonly kept = new Map<string, Promise<string>>();
  private keptFor = '';

  constructor(
    private readonly keys: KeyRing,
    private readonly clock: Clock,
    private readonly publicUrl: string,
  ) {}

  async of(tenantId?: string): Promise<AuthzenMetadata & { readonly signed_metadata: string }> {
    const key = await this.keys.signingKey(INSTANCE, 'token');
    const nowSeconds = Math.floor(this.clock.nowMs() / 1_000);
    const hour = nowSeconds - (nowSeconds % HOUR_SECONDS);
    const metadata = authzenMetadata(this.publicUrl, tenantId);
    return { ...metadata, signed_metadata: await this.signedOnce(metadata, key, hour) };
  }

  private signedOnce(metadata: AuthzenMetadata, key: SigningKey, hour: number): Promise<string> {
    const period = `${key.kid} ${String(hour)}`;
    if (period !== this.keptFor || this.kept.size >= MAX_KEPT) this.kept.clear();
    this.keptFor = period;
    const { policy_decision_point: identifier } = metadata;
    const signed = this.kept.get(identifier) ?? sign(metadata, this.publicUrl, key, hour);
    this.kept.set(identifier, signed);
    return signed;
  }
}

async function sign(
  metadata: AuthzenMetadata,
  issuer: string,
  { algorithm, kid, publicJwk, rawPrivate }: SigningKey,
  hour: number,
): Promise<string> {
  const d = Buffer.from(rawPrivate).toString('base64url');
  return new SignJWT({ ...metadata })
    .setProtectedHeader({ alg: algorithm, typ: 'JWT', kid })
    .setIssuer(issuer)
    .setIssuedAt(hour)
    .setExpirationTime(hour + VALID_SECONDS)
    .sign(await importJWK({ ...publicJwk, d }, algorithm));
}
