import type { EntityRef, GrantFacts } from '@sallyport/contracts';
import { isLive } from '@sallyport/grants';
import type { TenantFacts } from '../../registers/facts.ports.js';

const NONE: readonly GrantFacts[] = [];

/** The subject's grants that hold at `nowMs`. Time is compared here: no job needs to have run for a grant to be over. */
export function liveGrants(
  tenant: TenantFacts,
  subject: EntityRef,
  nowMs: number,
): readonly GrantFacts[] {
  const grants = tenant.grantsOf(subject);
  if (grants.length === 0) return NONE;
  return grants
    .filter((grant) => isLive(grant, nowMs))
    .map(({ id, role, endsAtMs }) => ({ id, role, endsAtMs, breakGlass: false }));
}
