import type { TestCase, JsonObject, TenantDefinition, TenantSettings } from '@sallyport/contracts';
import type { PublishedPolicy } from '../../policies/policy-gate.js';
import type { Checked } from './check-directory.js';
import { asJson, rowKinds, rowsOf, type DirectoryRow, type RowKind } from './directory-rows.js';
import { turn } from '../../platform/turn.js';
import { canonical, shortDiff } from './short-diff.js';
import type { StoredTenant } from './stored-tenant.js';
import type { PlanItem } from './tenant-plan.js';

export interface RowChanges {
  readonly put: readonly DirectoryRow[];
  readonly remove: readonly (readonly string[])[];
}

type Digests = PublishedPolicy['digests'];

const ROWS_PER_TURN = 500;

/** What must be written so that the database says what the directory says. */
export interface TenantChanges {
  readonly isNew: boolean;
  /** Present where the tenant's own row changes. */
  readonly tenant?: { readonly settings: TenantSettings; readonly tests: readonly TestCase[] };
  /** Present where another version is to be promoted; an absent `next` retires the policy. */
  readonly policy?: {
    readonly previousId?: string;
    readonly next?: PublishedPolicy;
  };
  readonly rows: Readonly<Record<RowKind, RowChanges>>;
  readonly items: readonly PlanItem[];
}

/**
 * Compares a directory with what is stored. Lets the event loop turn in between: decisions must not wait for a large
 * directory.
 */
export async function changesOf(
  { tenant, policy: published }: Pick<Checked, 'tenant' | 'policy'>,
  stored: StoredTenant | undefined,
): Promise<TenantChanges> {
  const items: PlanItem[] = [];
  const own = tenantChange(tenant, stored, items);
  const policy = policyChange(published, stored, items);
  const wanted = rowsOf(tenant);
  const rows: Partial<Record<RowKind, RowChanges>> = {};
  for (const kind of rowKinds) {
    rows[kind] = await rowChanges(kind, wanted[kind], stored?.rows[kind] ?? [], items);
  }
  const isNew = stored === undefined;
  return {
    isNew,
    rows: rows as TenantChanges['rows'],
    items,
    ...(own && { tenant: own }),
    ...(policy && { policy }),
  };
}

function tenantChange(
  { settings, tests }: Pick<TenantDefinition, 'settings' | 'tests'>,
  stored: StoredTenant | undefined,
  items: PlanItem[],
): TenantChanges['tenant'] {
  if (!stored) {
    items.push({ action: 'create', kind: 'tenant', name: settings.name });
    if (tests.length > 0) items.push({ action: 'create', kind: 'tests', name: 'tests' });
    return { settings, tests };
  }
  const settingsDiff = shortDiff(asJson(stored.settings), asJson(settings));
  if (settingsDiff.length > 0) {
    items.push({ action: 'update', kind: 'tenant', name: settings.name, changes: settingsDiff });
  }
  const testsDiff = shortDiff(casesByName(stored.tests), casesByName(tests));
  if (testsDiff.length > 0) {
    items.push({ action: 'update', kind: 'tests', name: 'tests', changes: testsDiff });
  }
  return settingsDiff.length + testsDiff.length > 0 ? { settings, tests } : undefined;
}

function casesByName(tests: readonly TestCase[]): JsonObject {
  return Object.fromEntries(tests.map((test) => [test.name, asJson(test)]));
}

function policyChange(
  next: PublishedPolicy | undefined,
  stored: StoredTenant | undefined,
  items: PlanItem[],
): TenantChanges['policy'] {
  const before = stored?.policy;
  if (before?.id === next?.version) return undefined;
  const previous = before && { previousId: before.id };
  if (!next) {
    items.push({ action: 'delete', kind: 'policy', name: before?.id ?? '' });
    return { ...previous };
  }
  const changes = before && fileDiff(before.digests, next.digests);
  const action = before ? 'update' : 'create';
  items.push({ action, kind: 'policy', name: next.version, ...(changes && { changes }) });
  return { ...previous, next };
}

/** Whole policies do not fit in a line: the files that changed do. */
function fileDiff(old: Digests, fresh: Digests): string[] {
  return [...new Set([...Object.keys(old), ...Object.keys(fresh)])].flatMap((name) => {
    if (old[name] === fresh[name]) return [];
    if (old[name] === undefined) return [`${name}: added`];
    return [`${name}: ${fresh[name] === undefined ? 'removed' : 'changed'}`];
  });
}

async function rowChanges(
  kind: RowKind,
  wanted: readonly DirectoryRow[],
  stored: readonly DirectoryRow[],
  items: PlanItem[],
): Promise<RowChanges> {
  const before = new Map<string, DirectoryRow>();
  for (const [at, row] of stored.entries()) {
    if (at % ROWS_PER_TURN === 0) await turn();
    before.set(JSON.stringify(row.key), row);
  }
  const put: DirectoryRow[] = [];
  for (const [at, row] of wanted.entries()) {
    if (at % ROWS_PER_TURN === 0) await turn();
    const id = JSON.stringify(row.key);
    const old = before.get(id);
    before.delete(id);
    if (old && canonical(old.content) === canonical(row.content)) continue;
    put.push(row);
    items.push(rowItem(kind, row, old));
  }
  const remove = [...before.values()].map(({ key }) => key);
  for (const key of remove) items.push({ action: 'delete', kind, name: rowName(key) });
  return { put, remove };
}

function rowItem(kind: RowKind, row: DirectoryRow, old: DirectoryRow | undefined): PlanItem {
  const name = rowName(row.key);
  if (!old) return { action: 'create', kind, name };
  return { action: 'update', kind, name, changes: shortDiff(old.content, row.content) };
}

/** `dana-laptop`, or `user::"dana"` for an entity. */
export function rowName([first = '', id]: readonly string[]): string {
  return id === undefined ? first : `${first}::${JSON.stringify(id)}`;
}
