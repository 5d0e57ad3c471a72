import type { EntityRef } from '@sallyport/contracts';
import { RefMap } from '@sallyport/policy';
import type { FactChange, FactsRegister, TenantFacts } from '../../registers/facts.ports.js';
import { merged, sorted } from './sorted-names.js';
import { Pace, type Turns } from './turns.js';

interface Index {
  names: readonly string[];
  /** What has changed since; looked up when the index is next asked for. */
  readonly changed: Set<string>;
  /** Resolves when all that had changed by then is in. */
  current: Promise<void>;
}

/** Who holds grants: all of them, and those of each role. */
export interface Holders {
  readonly names: readonly string[];
  readonly byRole: readonly (readonly [role: EntityRef, names: readonly string[]])[];
}

/** What a tenant has, by type. */
interface TenantIndexes {
  readonly entities: Map<string, Index>;
  readonly holders: Map<string, Promise<Holders>>;
}

/** Beyond as many changes, sorting anew costs less than keeping them in mind. */
const MAX_CHANGED = 100_000;

/**
 * The names of a type in order, so that a page begins where the one before ended, whatever lies before it. Sorted when a type is first searched, kept true by the
 * change feed, and gone with the register it was made of.
 */
export class NameIndex {
  private readonly tenants = new WeakMap<TenantFacts, TenantIndexes>();

  constructor(
    private readonly facts: FactsRegister,
    private readonly turns: Turns,
  ) {
    facts.onChange((change) => this.note(change));
  }

  /** The ids of the register's entities of a type. Rejects with RegisterTooLargeError. */
  async entities(tenant: TenantFacts, type: string): Promise<readonly string[]> {
    const { entities } = this.of(tenant);
    for (;;) {
      const index = entities.get(type) ?? this.begin(tenant, type, entities);
      const { current } = index;
      await current;
      if (index.current !== current) continue;
      if (index.changed.size === 0) return index.names;
      index.current = this.orForget(this.update(index, tenant, type), type, entities);
    }
  }

  /** The ids of whoever of a type holds a grant, or will. Rejects with RegisterTooLargeError. */
  grantHolders(tenant: TenantFacts, type: string): Promise<Holders> {
    const { holders } = this.of(tenant);
    const known = holders.get(type);
    if (known) return known;
    const sorting = this.sortHolders(tenant, type);
    holders.set(type, sorting);
    sorting.catch(() => holders.delete(type));
    return sorting;
  }

  private of(tenant: TenantFacts): TenantIndexes {
    const known = this.tenants.get(tenant) ?? { entities: new Map(), holders: new Map() };
    this.tenants.set(tenant, known);
    return known;
  }

  /** In place before the first name is read: what changes meanwhile is noted. */
  private begin(tenant: TenantFacts, type: string, indexes: Map<string, Index>): Index {
    const index: Index = { names: [], changed: new Set(), current: Promise.resolve() };
    indexes.set(type, index);
    const sorting = this.sort(() => tenant.idsOf(type)).then((names) => {
      index.names = names;
      // Of types without entities there may be as many as somebody cares to ask about.
      if (names.length === 0) indexes.delete(type);
    });
    index.current = this.orForget(sorting, type, indexes);
    return index;
  }

  private async orForget(
    work: Promise<void>,
    type: string,
    indexes: Map<string, Index>,
  ): Promise<void> {
    try {
      await work;
    } catch (error) {
      indexes.delete(type);
      throw error;
    }
  }

  private async update(index: Index, tenant: TenantFacts, type: string): Promise<void> {
    const changed = new Set(index.changed);
    index.changed.clear();
    const there = [...changed].filter((id) => tenant.entity({ type, id }) !== undefined);
    const pace = new Pace(this.turns);
    index.names = await merged(index.names, there.sort(), pace, (name) => !changed.has(name));
  }

  private async sortHolders(tenant: TenantFacts, type: string): Promise<Holders> {
    const pace = new Pace(this.turns);
    const all: string[] = [];
    const roles = new RefMap<{ readonly role: EntityRef; readonly names: Set<string> }>();
    for (const [id, grants] of tenant.grantHolders(type)) {
      all.push(id);
      for (const { role } of grants) {
        const held = roles.get(role) ?? { role, names: new Set() };
        held.names.add(id);
        roles.set(role, held);
      }
      if (pace.isOver()) await pace.rest();
    }
    const byRole: (readonly [EntityRef, readonly string[]])[] = [];
    for (const { role, names } of roles.values()) byRole.push([role, await sorted(names, pace)]);
    return { names: await sorted(all, pace), byRole };
  }

  private async sort(names: () => Iterable<string>): Promise<readonly string[]> {
    return sorted(names(), new Pace(this.turns));
  }

  private note({ tenantId, kind, key }: FactChange): void {
    if (kind !== 'entity' && kind !== 'grant') return;
    const tenant = this.facts.tenant(tenantId);
    const indexes = tenant && this.tenants.get(tenant);
    if (!indexes) return;
    if (kind === 'grant') return indexes.holders.clear();
    const [type = '', id = ''] = key;
    const index = indexes.entities.get(type);
    index?.changed.add(id);
    if (index && index.changed.size > MAX_CHANGED) indexes.entities.delete(type);
  }
}
