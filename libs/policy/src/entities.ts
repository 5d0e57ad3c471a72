import type { EntityRecord, EntityRef, GrantFacts, JsonObject } from '@sallyport/contracts';
import { plainCedarRecord, storedCedarJson } from './cedar-json.js';
import { referencesIn } from './cedar-uid.js';
import { escapeKey } from './key-names.js';
import { liveGrants } from './live-grants.js';

const MAX_ENTITIES = 10_000;

/** What a decision's entities are taken from. */
export interface SliceInput {
  /** A stored entity; its attributes are Cedar's entity JSON. */
  readonly lookup: (ref: EntityRef) => EntityRecord | undefined;
  readonly principal: AssertedEntity;
  readonly action: string;
  readonly resource: AssertedEntity;
  /** Each grant that is live at `nowMs` is a parent of the principal. */
  readonly grants: readonly GrantFacts[];
  readonly nowMs: number;
  /** Entities that policies name and look into. */
  readonly named?: readonly EntityRef[];
  /** Entities that one decision may look at; 10,000 where absent. */
  readonly limit?: number;
}

/** An entity of the question, with the properties that its asker is trusted for: they win over stored ones. */
export interface AssertedEntity {
  readonly ref: EntityRef;
  readonly trusted?: JsonObject;
}

/** More entities hang together with a question than a decision may look at. */
export class EntityLimitError extends Error {
  constructor(readonly limit: number) {
    super(`more than ${String(limit)} entities belong to one decision`);
  }
}

/** The action `name` as an entity. */
export function actionRef(name: string): EntityRef {
  return { type: 'Action', id: name };
}

/** Whether entities of a type are actions to Cedar. */
export function isActionType(type: string): boolean {
  return type === 'Action' || type.endsWith('::Action');
}

export function isSameRef(a: EntityRef, b: EntityRef): boolean {
  return a.id === b.id && a.type === b.type;
}

/** A key that no two entities share. */
export function entityKey({ type, id }: EntityRef): string {
  return `${String(type.length)}:${type}${id}`;
}

/**
 * All that policies can reach from a question and nothing else: principal, action and resource, entities that policies name, their ancestors, and what attributes refer to, on and on.
 * Attribute names are escaped (`escapeKey`), entity types are not. Throws `EntityLimitError`.
 */
export function sliceEntities(input: SliceInput): EntityRecord[] {
  const limit = input.limit ?? MAX_ENTITIES;
  const slice = new Map<string, EntityRecord>();
  const waiting: EntityRecord[] = [];
  for (const record of asked(input)) add(record);
  for (const ref of input.named ?? []) visit(ref);
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const ref of [...next.parents, ...referencesIn(next.attrs)]) visit(ref);
  }
  return [...slice.values()];

  function visit(ref: EntityRef): void {
    const record = slice.has(entityKey(ref)) ? undefined : input.lookup(ref);
    // An entity that is not stored has neither attributes nor parents: leaving it out says the same.
    if (record !== undefined) add(stored(record));
  }

  function add(record: EntityRecord): void {
    if (slice.size >= limit) throw new EntityLimitError(limit);
    slice.set(entityKey(record.uid), record);
    waiting.push(record);
  }
}

function asked({ lookup, principal, action, resource, grants, nowMs }: SliceInput): EntityRecord[] {
  const roles = liveGrants(grants, nowMs).map(({ role }) => role);
  const isOne = entityKey(principal.ref) === entityKey(resource.ref);
  const subject = asserted(
    principal,
    lookup,
    isOne ? { ...principal.trusted, ...resource.trusted } : principal.trusted,
  );
  const holder = { ...subject, parents: distinct([...subject.parents, ...roles]) };
  const object = isOne ? [] : [asserted(resource, lookup, resource.trusted)];
  const actionRecord = asserted({ ref: actionRef(action) }, lookup, undefined);
  // Cedar refuses actions below anything but actions.
  const above = actionRecord.parents.filter(({ type }) => isActionType(type));
  return [holder, ...object, { ...actionRecord, parents: above }];
}

function asserted(
  { ref }: AssertedEntity,
  lookup: SliceInput['lookup'],
  trusted: JsonObject | undefined,
): EntityRecord {
  const record = lookup(ref);
  const kept = record === undefined ? { uid: ref, attrs: {}, parents: [] } : stored(record);
  if (trusted === undefined) return kept;
  // A trusted name that Cedar can't hold a value for (null, a fraction) is absent: the stored value is no longer true.
  const replaced = new Set(Object.keys(trusted).map(escapeKey));
  const others = Object.entries(kept.attrs).filter(([name]) => !replaced.has(name));
  return { ...kept, attrs: { ...Object.fromEntries(others), ...plainCedarRecord(trusted) } };
}

function stored({ uid, attrs, parents }: EntityRecord): EntityRecord {
  return { uid, attrs: storedCedarJson(attrs), parents: distinct(parents) };
}

function distinct(refs: readonly EntityRef[]): EntityRef[] {
  return [...new Map(refs.map((ref) => [entityKey(ref), ref])).values()];
}
