import type { EntityRecord, EntityRef } from '@sallyport/contracts';
import { referencesIn } from './cedar-uid.js';
import type { PolicyQuestion } from './engine.js';
import { actionRef, EntityLimitError } from './entities.js';
import { EntityStore } from './entity-store.js';
import { RefMap } from './ref-map.js';

/** A question that can leave its process: plain data, with everything that policies can reach from it. */
export interface QuestionCopy extends Omit<PolicyQuestion, 'entities'> {
  readonly records: readonly EntityRecord[];
}

/**
 * Copies a question in the state that its store is in now. `named` are the entities that the policies name and look into. Throws `EntityLimitError` where
 * more than `limit` entities hang together with it, and the store's `NotResident`.
 */
export function copyQuestion(
  { entities, ...question }: PolicyQuestion,
  named: readonly EntityRef[],
  limit: number,
): QuestionCopy {
  const { principal, action, resource, facts } = question;
  const seen = new RefMap<true>();
  const records: EntityRecord[] = [];
  const roles = facts.grants.map(({ role }) => role);
  const waiting = [principal.ref, resource.ref, actionRef(action), ...roles, ...named];
  for (let ref = waiting.pop(); ref !== undefined; ref = waiting.pop()) {
    if (seen.get(ref)) continue;
    seen.set(ref, true);
    const record = entities.get(ref);
    if (record === undefined) continue;
    if (records.length >= limit) throw new EntityLimitError(limit);
    records.push(record);
    waiting.push(...record.parents, ...referencesIn(record.attrs));
  }
  return { ...question, records };
}

/** The question again, on a store of its own. */
export function questionOfCopy({ records, ...question }: QuestionCopy): PolicyQuestion {
  const entities = new EntityStore();
  for (const record of records) entities.put(record);
  return { ...question, entities };
}
