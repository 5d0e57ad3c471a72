import type { EntityRecord, EntityRef } from '@sallyport/contracts';
import { RefMap } from '@sallyport/policy';

/** The first circle of parents, its first entity again at the end; undefined where the hierarchy is sound. */
export function findCycle(entities: readonly EntityRecord[]): readonly EntityRef[] | undefined {
  const records = new RefMap<EntityRecord>();
  for (const record of entities) records.set(record.uid, record);
  const done = new RefMap<true>();
  for (const { uid } of entities) {
    const cycle = cycleFrom(uid, records, done);
    if (cycle) return cycle;
  }
  return undefined;
}

/** Depth first with a stack of its own: a chain may be longer than the call stack. */
function cycleFrom(
  start: EntityRef,
  records: RefMap<EntityRecord>,
  done: RefMap<true>,
): readonly EntityRef[] | undefined {
  const path: { readonly ref: EntityRef; next: number }[] = [{ ref: start, next: 0 }];
  const onPath = new RefMap<number>();
  onPath.set(start, 0);
  while (path.length > 0) {
    const top = path[path.length - 1];
    if (!top) break;
    const parent = done.get(top.ref) ? undefined : records.get(top.ref)?.parents[top.next];
    top.next += 1;
    if (!parent) {
      done.set(top.ref, true);
      onPath.delete(top.ref);
      path.pop();
      continue;
    }
    const seenAt = onPath.get(parent);
    if (seenAt !== undefined) return [...path.slice(seenAt).map(({ ref }) => ref), parent];
    if (done.get(parent)) continue;
    onPath.set(parent, path.length);
    path.push({ ref: parent, next: 0 });
  }
  return undefined;
}
