import type { AdminEntry, JsonObject } from '@sallyport/contracts';
import { newId } from '../../platform/ids.js';
import { rowKinds } from './directory-rows.js';
import type { TenantChanges } from './tenant-changes.js';
import { countsOf } from './tenant-plan.js';
import type { Author } from './tenant-store.ports.js';

/** An entry stays under 64 KiB whatever was applied; the log names the first objects and counts all of them. */
const MAX_NAMES = 30;
const MAX_NAME_LENGTH = 100;

/** What the log says of an apply: that it was, what it promoted, and what it changed in each register. */
export function applyEntries(
  tenantId: string,
  changes: TenantChanges,
  author: Author,
): AdminEntry[] {
  const counts = countsOf(changes.items);
  const detail = {
    tenant: tenantId,
    isNew: changes.isNew,
    changes: counts.map((count) => ({ ...count })),
  };
  return [
    adminEntry('tenant.applied', detail, author),
    ...policyEntries(changes, author),
    ...registerEntries(changes, author),
  ];
}

export function adminEntry(
  type: AdminEntry['type'],
  detail: JsonObject,
  { actor, nowMs }: Author,
): AdminEntry {
  return { type, id: newId(nowMs), time: new Date(nowMs).toISOString(), actor, detail };
}

function policyEntries({ policy, items }: TenantChanges, author: Author): AdminEntry[] {
  if (!policy) return [];
  const files = items.find(({ kind }) => kind === 'policy')?.changes ?? [];
  const detail = {
    version: policy.next?.version ?? null,
    previous: policy.previousId ?? null,
    files: files.slice(0, MAX_NAMES).map(short),
  };
  return [adminEntry('policy.promoted', detail, author)];
}

function registerEntries({ items }: TenantChanges, author: Author): AdminEntry[] {
  return rowKinds.flatMap((kind) => {
    const ofKind = items.filter((item) => item.kind === kind);
    if (ofKind.length === 0) return [];
    const names = (action: string) =>
      ofKind
        .filter((item) => item.action === action)
        .slice(0, MAX_NAMES)
        .map(({ name }) => short(name));
    const detail = {
      register: kind,
      by: 'apply',
      count: ofKind.length,
      created: names('create'),
      updated: names('update'),
      deleted: names('delete'),
    };
    return [adminEntry('register.changed', detail, author)];
  });
}

function short(name: string): string {
  return name.length <= MAX_NAME_LENGTH ? name : `${name.slice(0, MAX_NAME_LENGTH - 1)}…`;
}
