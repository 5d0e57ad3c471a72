import type { EntityRef } from '@sallyport/contracts';
import type { FactsRegister } from '../../registers/facts.ports.js';
import type { Recorded } from './append-audit.js';

/** Has live tokens of a subject asked again, soon and on its own. */
export interface TokenWatch {
  /** `ip` is where the subject was just seen, where that is what changed. */
  recheck(tenantId: string, subject: EntityRef, ip?: string): void;
}

/**
 * What was decided has consequences for what was given before, and what was given may have been overtaken: the subject's place is
 * remembered, an impossible journey has its live tokens asked again, and so has a change of the facts between asking and issuing.
 * Ends by time need no reminder, for nothing that is issued outlives what it rests on.
 */
export function scheduleRevocation(
  { judged, token }: Recorded,
  services: { readonly facts: FactsRegister; readonly watch: TokenWatch },
): void {
  for (const { state } of judged) {
    const { tenant, resolved, facts, sighting } = state;
    if (!tenant || !resolved || !facts) continue;
    const { tenantId } = tenant;
    const { subject } = resolved;
    if (sighting) services.facts.recordPlace(tenantId, refOf(subject), sighting);
    if (facts.risk?.reasons.includes('impossible-travel')) {
      services.watch.recheck(tenantId, refOf(subject), resolved.ip);
    }
    // INVARIANT: a change that came before the token was stored found no token to revoke; it is looked for here.
    const isOvertaken = token && services.facts.tenant(tenantId)?.version !== facts.registerVersion;
    if (isOvertaken) services.watch.recheck(tenantId, refOf(subject));
  }
}

function refOf({ type, id }: EntityRef): EntityRef {
  return { type, id };
}
