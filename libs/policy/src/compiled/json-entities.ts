import { RefMap } from '../ref-map.js';
import type { EntitySource } from './environment.js';
import { PolicyFault } from './fault.js';
import { decodeEntity, decodeRecord, isJsonObject, QuestionFault } from './literal.js';
import { canonicalKey, EMPTY_RECORD, EntityValue, type RecordValue } from './value.js';

/** One entity, decoded. */
export interface DecodedEntity {
  readonly uid: EntityValue;
  readonly attributes: RecordValue;
  readonly tags: RecordValue;
  readonly parents: readonly EntityValue[];
}

interface Node extends DecodedEntity {
  ancestors: RefMap<EntityValue> | undefined;
}

/** Entities that came with a question. */
export class JsonEntities implements EntitySource {
  private readonly nodes = new RefMap<Node>();

  /** Throws `QuestionFault` for two entities of one name that differ, and for circles of parents. */
  constructor(entities: Iterable<DecodedEntity>) {
    for (const entity of entities) {
      const twin = this.nodes.get(entity.uid);
      if (twin !== undefined && !isSame(twin, entity))
        throw new QuestionFault(`two different entities are ${shown(entity.uid)}`);
      this.nodes.set(entity.uid, { ...entity, ancestors: undefined });
    }
    for (const node of this.nodes.values()) this.ascend(node, new Set());
  }

  attributesOf(entity: EntityValue): RecordValue | undefined {
    return this.nodes.get(entity)?.attributes;
  }

  tagsOf(entity: EntityValue): RecordValue | undefined {
    return this.nodes.get(entity)?.tags;
  }

  isBelow(entity: EntityValue, ancestor: EntityValue): boolean {
    return this.nodes.get(entity)?.ancestors?.get(ancestor) !== undefined;
  }

  ancestorsOf(entity: EntityValue): Iterable<EntityValue> {
    return this.nodes.get(entity)?.ancestors?.values() ?? [];
  }

  has(entity: EntityValue): boolean {
    return this.nodes.get(entity) !== undefined;
  }

  /** Everything above a node, each node's once. `open` are the nodes that are being ascended from. */
  private ascend(node: Node, open: Set<Node>): RefMap<EntityValue> {
    if (node.ancestors !== undefined) return node.ancestors;
    open.add(node);
    const ancestors = new RefMap<EntityValue>();
    for (const parent of node.parents) {
      ancestors.set(parent, parent);
      const above = this.nodes.get(parent);
      if (above === undefined) continue;
      if (open.has(above))
        throw new QuestionFault(`${shown(node.uid)} is in a cycle of the hierarchy`);
      for (const ancestor of this.ascend(above, open).values()) ancestors.set(ancestor, ancestor);
    }
    open.delete(node);
    node.ancestors = ancestors;
    return ancestors;
  }
}

/** One entity of Cedar's entity JSON, without a schema. Throws `QuestionFault`. */
export function decodeJsonEntity(json: unknown): DecodedEntity {
  if (!isJsonObject(json)) throw new QuestionFault('expected an entity as a JSON object');
  const uid = decodeEntity(json['uid']);
  return {
    uid,
    attributes: decodeMembers(json['attrs']),
    tags: json['tags'] === undefined ? EMPTY_RECORD : decodeMembers(json['tags']),
    parents: decodeParents(uid, json['parents']),
  };
}

/** Cedar lets actions stand below actions alone. */
export function decodeParents(uid: EntityValue, json: unknown): EntityValue[] {
  if (!Array.isArray(json)) throw new QuestionFault(`${shown(uid)} lacks a list of parents`);
  const parents = json.map((parent) => decodeEntity(parent));
  if (isAction(uid) && !parents.every(isAction))
    throw new QuestionFault(`the action ${shown(uid)} has a parent that is no action`);
  return parents;
}

/** Turns what an extension function says about a datum into the question's fault. */
export function decoding<T>(decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    if (error instanceof PolicyFault) throw new QuestionFault(error.message);
    throw error;
  }
}

export function isAction({ type }: EntityValue): boolean {
  return type === 'Action' || type.endsWith('::Action');
}

export function shown({ type, id }: EntityValue): string {
  return `${type}::${JSON.stringify(id)}`;
}

function decodeMembers(json: unknown): RecordValue {
  return decoding(() => decodeRecord(json));
}

function isSame(a: DecodedEntity, b: DecodedEntity): boolean {
  return (
    canonicalKey(a.attributes) === canonicalKey(b.attributes) &&
    canonicalKey(a.tags) === canonicalKey(b.tags) &&
    parentKey(a) === parentKey(b)
  );
}

function parentKey({ parents }: DecodedEntity): string {
  return [...new Set(parents.map(canonicalKey))].sort().join('');
}
