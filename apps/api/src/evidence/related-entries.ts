import type { EntryIndex, EntryScope } from './entry-index.ports.js';
import type { EntryRecord } from './entry-record.js';

const MAX_HOPS = 3;
const MAX_PER_HOP = 60;
const MAX_SAME_QUESTION = 20;
const MAX_RELATED = 100;

/**
 * The story around an entry, oldest first, itself left out: what shares a decision, request, grant or token with it, what
 * shares one with those, and the same question asked before and after. Bounded; the nearest in the log win.
 */
export async function relatedEntries(
  index: EntryIndex,
  tenantId: string,
  record: EntryRecord,
  scope: EntryScope,
): Promise<EntryRecord[]> {
  const found = new Map([[record.index, record]]);
  const followed = new Set<string>();
  let questioned = false;
  let edge: readonly EntryRecord[] = [record];
  for (let hop = 0; hop < MAX_HOPS && edge.length > 0 && found.size <= MAX_RELATED; hop += 1) {
    const links = edge.flatMap((known) => known.links).filter((link) => !followed.has(link));
    for (const link of links) followed.add(link);
    const near = await index.linked(tenantId, links, record.index, MAX_PER_HOP);
    const question = questioned ? undefined : edge.find(({ type }) => type === 'decision');
    if (question) {
      questioned = true;
      near.push(...(await index.sameQuestion(tenantId, question, MAX_SAME_QUESTION)));
    }
    edge = near.filter((known) => !found.has(known.index));
    for (const known of edge) found.set(known.index, known);
  }
  found.delete(record.index);
  return [...found.values()]
    .filter((known) => isVisible(known, scope))
    .sort((a, b) => Math.abs(a.index - record.index) - Math.abs(b.index - record.index))
    .slice(0, MAX_RELATED)
    .sort((a, b) => a.index - b.index);
}

/** Whether the scope reaches the record. */
function isVisible({ subject }: EntryRecord, scope: EntryScope): boolean {
  if (scope === 'everything') return true;
  return subject?.type === scope.type && subject.id === scope.id;
}
