import type { EntityRef, GrantFacts } from '@sallyport/contracts';
import { type Grant, isLive } from '@sallyport/grants';
import type { TenantFacts } from '../../registers/facts.ports.js';
import { Remembered } from './remembered.js';

const NONE: readonly GrantFacts[] = [];

/** The subject's grants that hold at `nowMs`. Time is compared here: no job needs to have run for a grant to be over. */
export function liveGrants(
  tenant: TenantFacts,
  subject: EntityRef,
  nowMs: number,
): readonly GrantFacts[] {
  const grants = tenant.grantsOf(subject);
  if (grants.length === 0) return NONE;
  const live: GrantFacts[] = [];
  for (const grant of grants) if (isLive(grant, nowMs)) live.push(facts.get(grant));
  return live;
}

const facts = new Remembered(({ id, role, endsAtMs }: Grant): GrantFacts => ({
  id,
  role,
  endsAtMs,
  breakGlass: false,
}));
