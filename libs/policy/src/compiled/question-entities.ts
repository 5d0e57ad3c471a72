import type { EntityRef, GrantFacts, JsonObject } from '@sallyport/contracts';
import type { ActionGroups } from '../action-groups.js';
import { isUnicodeRef } from '../cedar-json.js';
import type { PolicyQuestion } from '../engine.js';
import { actionRef, entityKey, isActionType, isSameRef } from '../entities.js';
import type { EntityNode } from '../entity-node.js';
import type { EntityStore } from '../entity-store.js';
import type { EntitySource } from './environment.js';
import { type Above, soundAbove } from './hierarchy.js';
import { QuestionFault } from './literal.js';
import { OverlaidRecord } from './plain-values.js';
import { storedAttributes } from './stored-values.js';
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
  private readonly principalAttributes: RecordValue;
  private readonly resourceAttributes: RecordValue;
  private readonly principalAbove: Above;
  private readonly resourceAbove: Above;
  private readonly rolesAbove: readonly Above[];
  private aboveAction: readonly EntityRef[] | undefined;

  constructor(
    { principal, action, resource, entities }: PolicyQuestion,
    private readonly grants: readonly GrantFacts[],
    private readonly groups: ActionGroups,
  ) {
    this.store = entities;
    this.principal = new EntityValue(principal.ref.type, principal.ref.id);
    this.resource = new EntityValue(resource.ref.type, resource.ref.id);
    this.action = actionValue(action);
    const isOne = this.principal.equals(this.resource);
    const trusted = isOne ? both(principal.trusted, resource.trusted) : principal.trusted;
    const node = entities.node(this.principal);
    this.principalAttributes = this.asked(this.principal, node, trusted);
    const other = isOne ? node : entities.node(this.resource);
    this.resourceAttributes = isOne
      ? this.principalAttributes
      : this.asked(this.resource, other, resource.trusted);
    this.principalAbove = soundAbove(node, entities);
    this.resourceAbove = isOne ? this.principalAbove : soundAbove(other, entities);
    this.rolesAbove =
      grants.length === 0 ? NOTHING : grants.map(({ role }) => this.aboveRole(role));
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
    const all = above.refs.slice();
    for (const { role } of this.grants) all.push(role);
    for (const { refs } of this.rolesAbove) for (const ref of refs) all.push(ref);
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
      this.grants.length > 0 && (entity.equals(this.principal) || this.holds(above, this.principal))
    );
  }

  private isAboveRoles(ancestor: EntityValue): boolean {
    for (const { role } of this.grants) if (isSameRef(role, ancestor)) return true;
    for (const above of this.rolesAbove) if (this.holds(above, ancestor)) return true;
    return false;
  }

  private holds(above: Above, ancestor: EntityRef): boolean {
    // Comparing a few names is less work than looking one up.
    if (above.refs.length <= FEW) return includesRef(above.refs, ancestor);
    const node = this.store.peek(ancestor);
    return node !== undefined && above.has(node);
  }

  private above(ref: EntityRef): Above {
    return soundAbove(this.store.node(ref), this.store);
  }

  /** Everything above an entity, parent by parent, with all that a question changes. */
  private walk(entity: EntityValue): readonly EntityRef[] {
    const isAction = entity.equals(this.action);
    if (isAction && this.aboveAction !== undefined) return this.aboveAction;
    const parents = this.parentsOf(entity);
    const all = parents.length === 0 ? NOTHING : this.reachedFrom(parents);
    if (isAction) this.aboveAction = all;
    return all;
  }

  private reachedFrom(parents: readonly EntityRef[]): readonly EntityRef[] {
    const found = new Map(parents.map((ref) => [entityKey(ref), ref]));
    // INVARIANT: a Map visits what is added while it is walked.
    for (const ref of found.values())
      for (const parent of this.parentsOf(ref))
        if (!found.has(entityKey(parent))) found.set(entityKey(parent), parent);
    return [...found.values()];
  }

  private parentsOf(ref: EntityRef): readonly EntityRef[] {
    const parents = this.groups.parentsOf(ref) ?? this.store.node(ref)?.record?.parents ?? NOTHING;
    // Cedar refuses actions below anything but actions.
    if (isSameRef(ref, this.action)) return parents.filter(({ type }) => isActionType(type));
    if (!isSameRef(ref, this.principal)) return parents;
    return parents.concat(this.grants.map(({ role }) => role));
  }

  private stored(entity: EntityValue): RecordValue | undefined {
    if (this.groups.parentsOf(entity) !== undefined) return EMPTY_RECORD;
    return storedAttributes(this.store.node(entity));
  }

  /** What is known of an entity that is asked about; `node` is its place in the store. */
  private asked(
    entity: EntityValue,
    node: EntityNode | undefined,
    trusted: JsonObject | undefined,
  ): RecordValue {
    const isDeclared = this.groups.parentsOf(entity) !== undefined;
    const stored = (isDeclared ? undefined : storedAttributes(node)) ?? EMPTY_RECORD;
    // An action is what is stored about it, whoever asks.
    return trusted === undefined || entity.equals(this.action)
      ? stored
      : new OverlaidRecord(stored, trusted);
  }

  private aboveRole(role: EntityRef): Above {
    if (!isUnicodeRef(role)) throw new QuestionFault('a name in the register is not valid Unicode');
    if (isSameRef(role, this.principal)) throw new QuestionFault(CYCLE);
    const above = this.above(role);
    if (this.holds(above, this.principal)) throw new QuestionFault(CYCLE);
    return above;
  }
}

const FEW = 8;
const CYCLE = 'there is a cycle in the hierarchy';
const NOTHING: readonly never[] = [];

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
  for (const each of refs) if (isSameRef(each, ref)) return true;
  return false;
}
