import type { GrantFacts } from '@sallyport/contracts';

/** Beyond this many live grants all of them count as contributing: asking costs one evaluation each. */
const MAX_ASKED = 16;

/**
 * The grants that a permit rests on: without any one of them there would be none. Of several that each suffice, the one that
 * lives longest is kept. `isPermitted` asks the same question with only these grants live.
 */
export function contributingGrants(
  grants: readonly GrantFacts[],
  isPermitted: (grants: readonly GrantFacts[]) => boolean,
): readonly GrantFacts[] {
  if (grants.length === 0 || grants.length > MAX_ASKED) return grants;
  let kept = [...grants].sort((a, b) => a.endsAtMs - b.endsAtMs);
  for (const grant of [...kept]) {
    const without = kept.filter((other) => other !== grant);
    if (isPermitted(without)) kept = without;
  }
  return kept;
}
