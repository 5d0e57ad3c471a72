import type { EntityRef } from '@sallyport/contracts';
import type { FactsRegister } from '../../registers/facts.ports.js';
import type { Judged } from '../decision-state.js';

/** Told when a subject shows up where it cannot be: what it was given elsewhere may have to go. */
export interface SightingWatch {
  impossible(tenantId: string, subject: EntityRef, ip: string): void;
}

/**
 * What was decided has consequences for what was given before: the subject's place is remembered, and an impossible journey
 * has its live tokens asked again. Ends by time need no reminder, for nothing that is issued outlives what it rests on.
 */
export function scheduleRevocation(
  judged: readonly Judged[],
  services: { readonly facts: FactsRegister; readonly watch: SightingWatch },
): void {
  for (const { state } of judged) {
    if (!('sighting' in state) || !state.sighting || !state.resolved || !state.tenant) continue;
    const { tenantId } = state.tenant;
    const { type, id } = state.resolved.subject;
    services.facts.recordPlace(tenantId, { type, id }, state.sighting);
    const isImpossible = state.facts?.risk?.reasons.includes('impossible-travel') ?? false;
    const { ip } = state.resolved;
    if (isImpossible && ip !== undefined) services.watch.impossible(tenantId, { type, id }, ip);
  }
}
