import type { EntityRef } from '@sallyport/contracts';
import type { StoredFact } from '../stored-fact.js';

/** The registers that may be too large for memory; the others hold what people write, one by one. */
export const largeKinds = ['entity', 'device', 'consent', 'grant', 'place'] as const;
export type LargeKind = (typeof largeKinds)[number];

/** A part of a register that is read as one; an entity comes with everything above it. */
export type Wanted =
  | { readonly part: 'entity'; readonly ref: EntityRef }
  | { readonly part: 'device'; readonly id: string }
  | { readonly part: 'devices-of'; readonly id: string }
  | { readonly part: 'consents-of'; readonly id: string }
  | { readonly part: 'grants-of'; readonly ref: EntityRef }
  | { readonly part: 'place-of'; readonly ref: EntityRef };

/** What a search found, all of one moment: `version` says which. */
export interface Found {
  readonly version: number;
  readonly facts: readonly StoredFact[];
}

/** The part of a register that answers for `id`, whose type matters where ids have one. */
export function wantedOf(
  part: Exclude<Wanted['part'], 'entity'>,
  type: string,
  id: string,
): Wanted {
  return part === 'grants-of' || part === 'place-of' ? { part, ref: { type, id } } : { part, id };
}

export function wantedKey(wanted: Wanted): string {
  return JSON.stringify(
    'ref' in wanted ? [wanted.part, wanted.ref.type, wanted.ref.id] : [wanted.part, wanted.id],
  );
}
