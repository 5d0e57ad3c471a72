import type { EntityRef } from '@sallyport/contracts';
import { type Prospects, standsWithin } from '@sallyport/policy';
import type { TenantFacts } from '../../registers/facts.ports.js';
import type { NameIndex } from './name-index.js';
import { placeAfter } from './sorted-names.js';

/** Sorted names, of which those that are not accepted are no candidates. */
export interface Source {
  readonly names: readonly string[];
  readonly accepts?: (name: string) => boolean;
}

/** A hierarchy of more members is not gathered for each page: it is cheaper to ask each entity of the type where it stands. */
const MAX_GATHERED = 2_000;
/** Where a policy names more of them, asking costs more than evaluating. */
const MAX_ASKED = 16;

/** Of a search for entities: who is searched for, in whose register. */
export interface Wanted {
  readonly tenant: TenantFacts;
  readonly open: 'principal' | 'resource';
  readonly type: string;
}

/** What there is to evaluate, in order, without what policies can't be about. Rejects with RegisterTooLargeError. */
export async function candidatesOf(
  wanted: Wanted,
  { isOpen, named, within }: Prospects,
  index: NameIndex,
): Promise<readonly Source[]> {
  const { tenant, open, type } = wanted;
  const sources: Source[] = [{ names: namesOf(named, type) }];
  if (!isOpen && within.length === 0) return sources;
  const members = isOpen ? undefined : membersOf(wanted, within);
  if (members) sources.push({ names: members });
  else {
    const names = await index.entities(tenant, type);
    sources.push(isOpen || within.length > MAX_ASKED ? { names } : standing(names, wanted, within));
  }
  if (open === 'principal') sources.push(...(await holdersOf(wanted, isOpen, within, index)));
  return sources.filter((source) => source.names.length > 0);
}

/** Names that are already known, without the register. */
export function fixedCandidates(names: Iterable<string>): readonly Source[] {
  return [{ names: [...new Set(names)].sort() }];
}

function namesOf(refs: readonly EntityRef[], type: string): string[] {
  const ids = refs.flatMap((ref) => (ref.type === type ? ref.id : []));
  return [...new Set(ids)].sort();
}

/** Undefined where there are too many. */
function membersOf({ tenant, type }: Wanted, within: readonly EntityRef[]): string[] | undefined {
  const found: EntityRef[] = [...within];
  for (const ref of within) {
    const below = tenant.membersOf(ref, MAX_GATHERED);
    if (found.length + below.length > MAX_GATHERED) return undefined;
    found.push(...below);
  }
  return namesOf(found, type);
}

function standing(names: readonly string[], wanted: Wanted, within: readonly EntityRef[]): Source {
  const { tenant, type } = wanted;
  return { names, accepts: (id) => standsWithin({ type, id }, within, tenant.entityStore) };
}

/** Whose grant may be a way up there. */
async function holdersOf(
  { tenant, type }: Wanted,
  isOpen: boolean,
  within: readonly EntityRef[],
  index: NameIndex,
): Promise<readonly Source[]> {
  const { names, byRole } = await index.grantHolders(tenant, type);
  if (isOpen) return [{ names }];
  const above = byRole.filter(([role]) => standsWithin(role, within, tenant.entityStore));
  return above.length > MAX_ASKED ? [{ names }] : above.map(([, holders]) => ({ names: holders }));
}

/** Walks several sorted lists as one, each name once. */
export class CandidateWalk {
  private readonly places: number[];

  constructor(
    private readonly sources: readonly Source[],
    after: string | undefined,
  ) {
    this.places = sources.map(({ names }) => placeAfter(names, after));
  }

  /** The next name, if there is one, and whether it is a candidate. */
  next(): { readonly name: string; readonly isCandidate: boolean } | undefined {
    const name = this.least();
    if (name === undefined) return undefined;
    let isCandidate = false;
    for (const [at, { names, accepts }] of this.sources.entries()) {
      if (names[this.places[at] ?? 0] !== name) continue;
      this.places[at] = (this.places[at] ?? 0) + 1;
      isCandidate ||= accepts === undefined || accepts(name);
    }
    return { name, isCandidate };
  }

  get isAtEnd(): boolean {
    return this.least() === undefined;
  }

  private least(): string | undefined {
    let least: string | undefined;
    for (const [at, { names }] of this.sources.entries()) {
      const name = names[this.places[at] ?? 0];
      if (name !== undefined && (least === undefined || name < least)) least = name;
    }
    return least;
  }
}
