import type { Facts, GrantFacts } from '@sallyport/contracts';

/** Everything that a permit rests on and that ends. */
export interface PermitBasis {
  readonly facts: Pick<Facts, 'device' | 'consent' | 'authn'>;
  /** Grants without which there would be no permit. */
  readonly grants: readonly GrantFacts[];
  /** `@ttl` of the determining policies, in seconds. */
  readonly policyTtlSeconds?: number;
}

/**
 * When a token for these permits ends, in whole seconds since the epoch: never later than anything that any of them rests on
 * (design §3.5). Undefined when that leaves less than a second.
 */
export function tokenExpiry(
  bases: readonly PermitBasis[],
  nowMs: number,
  maxTtlSeconds: number,
): number | undefined {
  const issuedAtSeconds = Math.floor(nowMs / 1000);
  const ends = [issuedAtSeconds + maxTtlSeconds];
  for (const { facts, grants, policyTtlSeconds } of bases) {
    if (policyTtlSeconds !== undefined) ends.push(issuedAtSeconds + policyTtlSeconds);
    for (const endMs of [
      facts.device?.freshUntilMs,
      facts.consent?.expiresAtMs,
      facts.authn.expiresAtMs,
      ...grants.map(({ endsAtMs }) => endsAtMs),
    ]) {
      if (endMs !== undefined) ends.push(endMs / 1000);
    }
  }
  const expiry = Math.floor(Math.min(...ends));
  return expiry * 1000 - nowMs >= 1000 ? expiry : undefined;
}
