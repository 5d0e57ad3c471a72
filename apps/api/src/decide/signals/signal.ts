import type { EntityRef } from '@sallyport/contracts';
import type { FactChange } from '../../registers/facts.ports.js';

/** What may have turned a decision: a kind and a name, and nothing of what is behind them. */
export type Signal =
  | {
      readonly kind: 'grant' | 'token' | 'device' | 'consent' | 'policy' | 'pep' | 'tenant';
      readonly id: string;
    }
  /** `entity`: what is known of it changed. `subject`: it was seen somewhere else. */
  | ({ readonly kind: 'entity' | 'subject' } & EntityRef);

/** Undefined for changes that no decision follows. */
export function signalOf({ kind, key, tenantId }: FactChange): Signal | undefined {
  const [first = '', second = ''] = key;
  switch (kind) {
    case 'grant':
    case 'token':
    case 'device':
    case 'consent':
    case 'policy':
    case 'pep':
      return { kind, id: first };
    case 'tenant':
      return { kind, id: tenantId };
    case 'entity':
      return { kind, type: first, id: second };
    case 'place': {
      // The key of a place is the JSON array of type and id.
      const [type, id] = JSON.parse(first) as [string, string];
      return { kind: 'subject', type, id };
    }
    default:
      return undefined;
  }
}
