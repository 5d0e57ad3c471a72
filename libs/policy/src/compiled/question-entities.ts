import type { EntityRef, GrantFacts, JsonObject } from '@sallyport/contracts';
import type { ActionGroups } from '../action-groups.js';
import { isUnicodeRef } from '../cedar-json.js';
import type { PolicyQuestion } from '../engine.js';
import { actionRef, isActionType } from '../entities.js';
import type { EntityNode } from '../entity-node.js';
import type { EntityStore } from '../entity-store.js';
import type { EntitySource } from './environment.js';
import { PolicyFault } from './fault.js';
import { type Above, aboveOf, NOTHING_ABOVE } from './hierarchy.js';
import { QuestionFault } from './literal.js';
import { OverlaidRecord } from './plain-values.js';
import { storedRecord } from './stored-values.js';
import { EMPTY_RECORD, EntityValue, type RecordValue } from './value.js';

/**
 * The live store as one question sees it: live grants are parents of the principal, trusted properties hide stored ones, and what a schema says of actions
 * hides what is stored about them. Nothing is copied; the store's nodes keep what was decoded. Throws `QuestionFault` for a register that can't be
 * answered from, and `NotResident`.
 */
export class QuestionEntities implements EntitySource {
  readonly principal: EntityValue;
  readonly action: EntityValue;
  readonly resource: EntityValue;
  private readonly store: EntityStore;
  private readonly roles: readonly EntityRef[];
  private readonly principalAttributes: RecordValue;
  private readonly resourceAttributes: RecordValue;
  private readonly principalAbove: Above;
  private readonly resourceAbove: Above;
  private aboveAction: readonly EntityRef[] | undefined;

  constructor(
    { principal, action, resource, entities }: PolicyQuestion,
    liveGrants: readonly GrantFacts[],
    private readonly groups: ActionGroups,
  ) {
    this.store = entities;
    this.principal = new EntityValue(principal.ref.type, principal.ref.id);
    this.resource = new EntityValue(resource.ref.type, resource.ref.id);
    this.action = actionValue(action);
    this.roles = liveGrants.length === 0 ? NO_ROLES : liveGrants.map(({ role }) => role);
    const isOne = this.principal.equals(this.resource);
    const trusted = isOne ? both(principal.trusted, resource.trusted) : principal.trusted;
    this.principalAttributes = this.asked(this.principal, trusted);
    this.resourceAttributes = isOne
      ? this.principalAttributes
      : this.asked(this.resource, resource.trusted);
    this.principalAbove = this.above(this.principal);
    this.resourceAbove = isOne ? this.principalAbove : this.above(this.resource);
    for (const role of this.roles) this.checkRole(role);
  }

  attributesOf(entity: EntityValue): RecordValue | undefined {
    if (entity === this.principal) return this.principalAttributes;
    if (entity === this.resource) return this.resourceAttributes;
    if (entity.equals(this.action)) return this.stored(entity) ?? EMPTY_RECORD;
    if (entity.equals(this.principal)) return this.principalAttributes;
    if (entity.equals(this.resource)) return this.resourceAttributes;
    return this.stored(entity);
  }

  /** Registers hold no tags. */
  tagsOf(entity: EntityValue): RecordValue | undefined {
    return this.attributesOf(entity) === undefined ? undefined : EMPTY_RECORD;
  }

  isBelow(entity: EntityValue, ancestor: EntityValue): boolean {
    const above = this.plainAbove(entity);
    if (above === undefined) return includesRef(this.walk(entity), ancestor);
    if (this.holds(above, ancestor)) return true;
    return this.hasRoles(entity, above) && this.isAboveRoles(ancestor);
  }

  ancestorsOf(entity: EntityValue): Iterable<EntityRef> {
    const above = this.plainAbove(entity);
    if (above === undefined) return this.walk(entity);
    if (!this.hasRoles(entity, above)) return above.refs;
    const all = above.refs.concat(this.roles);
    for (const role of this.roles) for (const ref of this.above(role).refs) all.push(ref);
    return all;
  }

  /** What the store has above an entity; undefined where that is not the whole story and the parents must be walked. */
  private plainAbove(entity: EntityValue): Above | undefined {
    if (entity.equals(this.action)) return undefined;
    const above = this.storedAbove(entity);
    return above.hasActions || isActionType(entity.type) ? undefined : above;
  }

  private storedAbove(entity: EntityValue): Above {
    if (entity.equals(this.principal)) return this.principalAbove;
    return entity.equals(this.resource) ? this.resourceAbove : this.above(entity);
  }

  private hasRoles(entity: EntityValue, above: Above): boolean {
    return (
      this.roles.length > 0 && (entity.equals(this.principal) || this.holds(above, this.principal))
    );
  }

  private isAboveRoles(ancestor: EntityValue): boolean {
    return this.roles.some(
      (role) => isSameRef(role, ancestor) || this.holds(this.above(role), ancestor),
    );
  }

  private holds(above: Above, ancestor: EntityRef): boolean {
    if (above.refs.length === 0) return false;
    const node = this.store.peek(ancestor);
    return node !== undefined && above.has(node);
  }

  private above(ref: EntityRef): Above {
    const node = this.store.node(ref);
    if (node === undefined) return NOTHING_ABOVE;
    const above = aboveOf(node, this.store);
    if (above.fault !== undefined) throw new QuestionFault(above.fault);
    return above;
  }

  /** Everything above an entity, parent by parent, with all that a question changes. */
  private walk(entity: EntityValue): readonly EntityRef[] {
    const isAction = entity.equals(this.action);
    if (isAction && this.aboveAction !== undefined) return this.aboveAction;
    const found = new Map(this.parentsOf(entity).map((ref) => [keyOf(ref), ref]));
    // INVARIANT: a Map visits what is added while it is walked.
    for (const ref of found.values())
      for (const parent of this.parentsOf(ref))
        if (!found.has(keyOf(parent))) found.set(keyOf(parent), parent);
    const all = [...found.values()];
    if (isAction) this.aboveAction = all;
    return all;
  }

  private parentsOf(ref: EntityRef): readonly EntityRef[] {
    const parents = this.groups.parentsOf(ref) ?? this.store.node(ref)?.record?.parents ?? NO_ROLES;
    // Cedar refuses actions below anything but actions.
    if (isSameRef(ref, this.action)) return parents.filter(({ type }) => isActionType(type));
    return isSameRef(ref, this.principal) ? parents.concat(this.roles) : parents;
  }

  private stored(entity: EntityValue): RecordValue | undefined {
    if (this.groups.parentsOf(entity) !== undefined) return EMPTY_RECORD;
    const node = this.store.node(entity);
    return node === undefined ? undefined : attributesOf(node);
  }

  private asked(entity: EntityValue, trusted: JsonObject | undefined): RecordValue {
    const stored = this.stored(entity) ?? EMPTY_RECORD;
    // An action is what is stored about it, whoever asks.
    return trusted === undefined || entity.equals(this.action)
      ? stored
      : new OverlaidRecord(stored, trusted);
  }

  private checkRole(role: EntityRef): void {
    if (!isUnicodeRef(role)) throw new QuestionFault('a name in the register is not valid Unicode');
    if (isSameRef(role, this.principal) || this.holds(this.above(role), this.principal))
      throw new QuestionFault('there is a cycle in the hierarchy');
  }
}

const NO_ROLES: readonly EntityRef[] = [];

/** What a node's record says, decoded once; undefined where there is no such entity. */
function attributesOf(node: EntityNode): RecordValue | undefined {
  if (node.record === undefined) return undefined;
  const known = node.decoded;
  if (known instanceof Decoded) {
    if (known.fault !== undefined) throw new QuestionFault(known.fault);
    return known.attributes;
  }
  node.decoded = decode(node.record.attrs);
  return attributesOf(node);
}

class Decoded {
  constructor(
    readonly attributes: RecordValue,
    readonly fault?: string,
  ) {}
}

function decode(attributes: JsonObject): Decoded {
  try {
    return new Decoded(storedRecord(attributes));
  } catch (error) {
    if (error instanceof PolicyFault || error instanceof QuestionFault)
      return new Decoded(EMPTY_RECORD, error.message);
    throw error;
  }
}

function actionValue(name: string): EntityValue {
  const { type, id } = actionRef(name);
  return new EntityValue(type, id);
}

function both(
  first: JsonObject | undefined,
  second: JsonObject | undefined,
): JsonObject | undefined {
  return first === undefined || second === undefined ? (first ?? second) : { ...first, ...second };
}

function includesRef(refs: readonly EntityRef[], ref: EntityRef): boolean {
  return refs.some((each) => isSameRef(each, ref));
}

function isSameRef(a: EntityRef, b: EntityRef): boolean {
  return a.id === b.id && a.type === b.type;
}

function keyOf({ type, id }: EntityRef): string {
  return `${String(type.length)}:${type}${id}`;
}
