import type { JsonObject } from '@sallyport/contracts';
import type { Pep } from '../registers/facts.ports.js';

type Trust = Pick<Pep, 'trustedProperties'>;

// AuthZEN enforcement points assert subjects by architecture; what else they may say must be declared.
export const DEFAULT_TRUST: ReadonlySet<string> = new Set(['subject', 'ip', 'device_id']);

/** Whether this enforcement point's word for the subject, its address or its device counts as a fact. */
export function mayAssert(pep: Trust, name: 'subject' | 'ip' | 'device_id'): boolean {
  const trusted = pep.trustedProperties ?? DEFAULT_TRUST;
  return trusted.has(name) || trusted.has('*');
}

/** The attributes that this enforcement point may assert; undefined when none is left. The default trust covers none. */
export function trustedOnly(
  { trustedProperties: trusted }: Trust,
  properties: JsonObject | undefined,
): JsonObject | undefined {
  if (properties === undefined || trusted === undefined) return undefined;
  if (trusted.has('*')) return properties;
  const kept = Object.entries(properties).filter(([name]) => trusted.has(name));
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}
