import type { JsonObject } from '@sallyport/contracts';
import type { AuditLog } from '../../evidence/audit-log.ports.js';
import type { Clock } from '../../platform/clock.js';
import { BadRequestError, NotFoundError } from '../../platform/errors.js';
import { adminEntry } from '../apply/apply-entries.js';
import type { DirectoryRow } from '../apply/directory-rows.js';
import { canonical, shortDiff } from '../apply/short-diff.js';
import { rowName } from '../apply/tenant-changes.js';
import type { TenantStore, TenantWriting } from '../apply/tenant-store.ports.js';
import { type FactsRegister, whenResident } from '../facts.ports.js';
import { readItem, type ItemKind } from './read-item.js';

export interface FactsEditorParts {
  readonly store: TenantStore;
  readonly log: AuditLog;
  readonly facts: FactsRegister;
  readonly clock: Clock;
}

/** What a change did; `unchanged` was neither written nor logged. */
export type EditOutcome = 'created' | 'updated' | 'unchanged';

/**
 * Single facts as other systems report them: a device management its posture, a consent service a withdrawal. When a
 * change resolves, this process decides by it.
 */
export class FactsEditor {
  constructor(private readonly parts: FactsEditorParts) {}

  /** `body` is the item as the tenant directory writes it; its id may be left to the path. */
  async put(
    tenantId: string,
    kind: ItemKind,
    key: readonly string[],
    body: JsonObject,
    actor: string,
  ): Promise<EditOutcome> {
    this.requireTenant(tenantId);
    const row = readItem(kind, key, body);
    if (kind === 'entity') await whenResident(() => this.refuseCycle(tenantId, row));
    const outcome = await this.parts.store.transact(tenantId, async (writing) => {
      const before = await writing.find(kind, key);
      if (before && canonical(before.content) === canonical(row.content)) return 'unchanged';
      await writing.put(kind, row, { actor, nowMs: this.parts.clock.nowMs() });
      const changes = before ? shortDiff(before.content, row.content) : [];
      await this.log(writing, kind, key, before ? 'updated' : 'created', changes, actor);
      return before ? 'updated' : 'created';
    });
    if (outcome !== 'unchanged') await this.parts.facts.catchUp(tenantId);
    return outcome;
  }

  /** Throws NotFoundError when there is no such fact. */
  async remove(
    tenantId: string,
    kind: ItemKind,
    key: readonly string[],
    actor: string,
  ): Promise<void> {
    this.requireTenant(tenantId);
    await this.parts.store.transact(tenantId, async (writing) => {
      const before = await writing.find(kind, key);
      if (!before) throw new NotFoundError(`there is no ${kind} of that name`);
      await writing.remove(kind, key);
      await this.log(writing, kind, key, 'deleted', [], actor);
    });
    await this.parts.facts.catchUp(tenantId);
  }

  private requireTenant(tenantId: string): void {
    if (!this.parts.facts.tenant(tenantId)) throw new NotFoundError('no such tenant');
  }

  private async log(
    writing: TenantWriting,
    register: ItemKind,
    key: readonly string[],
    act: 'created' | 'updated' | 'deleted',
    changes: readonly string[],
    actor: string,
  ): Promise<void> {
    const nothing = { created: [], updated: [], deleted: [] };
    const detail = { register, by: 'edit', count: 1, ...nothing, [act]: [rowName(key)], changes };
    const author = { actor, nowMs: this.parts.clock.nowMs() };
    await this.parts.log.appendWithin(writing.tx, [adminEntry('register.changed', detail, author)]);
  }

  /** Cedar knows no circles of parents; one would make every later apply of the directory fail. */
  private refuseCycle(tenantId: string, { key: [type, id], content }: DirectoryRow): void {
    const tenant = this.parts.facts.tenant(tenantId);
    const isSelf = (ref: { type: string; id: string }) => ref.type === type && ref.id === id;
    const parents = content['parents'] as unknown as readonly { type: string; id: string }[];
    const circle = parents.find(
      (parent) => isSelf(parent) || tenant?.ancestorsOf(parent).some(isSelf),
    );
    if (!circle) return;
    const message = `parents: ${circle.type}::${JSON.stringify(circle.id)} is below this entity`;
    throw new BadRequestError(message, { field: 'parents' });
  }
}
