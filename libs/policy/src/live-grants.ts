import type { GrantFacts } from '@sallyport/contracts';

/** The grants that have not ended at `nowMs`. A grant is over because of its time, whoever forgot to say so (design §5). */
export function liveGrants(grants: readonly GrantFacts[], nowMs: number): readonly GrantFacts[] {
  return grants.filter(({ endsAtMs }) => endsAtMs > nowMs);
}
