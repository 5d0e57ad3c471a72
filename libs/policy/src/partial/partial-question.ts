import type { EntitySource, Environment } from '../compiled/environment.js';
import type { TypeNames } from '../compiled/literal.js';
import { EntityValue, type RecordValue } from '../compiled/value.js';

/** What is known of a question's principal or resource. */
export type PartialEntity =
  /** All of it: what it holds and stands under is in the question's entities. */
  | { readonly kind: 'known'; readonly entity: EntityValue }
  /** Its name alone. */
  | { readonly kind: 'named'; readonly entity: EntityValue }
  /** Its type alone; undefined where not even that. */
  | { readonly kind: 'unknown'; readonly type: string | undefined };

/** A question of which some parts will be known later. */
export interface PartialQuestion {
  readonly principal: PartialEntity;
  readonly action: EntityValue;
  readonly resource: PartialEntity;
  /** Undefined where it is not known yet. */
  readonly context: RecordValue | undefined;
  readonly entities: EntitySource;
  /** Where policies spell entity types in another way than the question does. */
  readonly names?: TypeSpelling;
}

/** How the types of entities are spelled in policies. */
export interface TypeSpelling {
  readonly read: TypeNames;
  /** The inverse of `read`. */
  readonly write: TypeNames;
}

const AS_IT_IS: TypeSpelling = { read: (name) => name, write: (name) => name };

export function spellingOf({ names = AS_IT_IS }: Pick<PartialQuestion, 'names'>): TypeSpelling {
  return names;
}

/** A question's entity by the name of its variable, as far as it can be named. */
export function variableOf(question: PartialQuestion, name: string): EntityValue | undefined {
  if (name === 'action') return question.action;
  const entity = partOf(question, name);
  return entity === undefined || entity.kind === 'unknown' ? undefined : entity.entity;
}

/** The type that a variable will have; undefined where that is open, and for `context`. */
export function typeOf(question: PartialQuestion, name: unknown): string | undefined {
  if (name === 'action') return question.action.type;
  const entity = partOf(question, name);
  return entity?.kind === 'unknown' ? entity.type : entity?.entity.type;
}

/**
 * Whether what an entity holds, and what it stands under, is not known: it is the question's open entity, or could be it. The stored entities of a type whose
 * member is asked about are all open: what is asserted of the one may differ from what is stored.
 */
export function isOpen({ principal, resource }: PartialQuestion, entity: EntityValue): boolean {
  return [principal, resource].some((open) => {
    if (open.kind === 'known') return false;
    if (open.kind === 'named') return open.entity.equals(entity);
    return open.type === undefined || open.type === entity.type;
  });
}

/** Whether the entities above one may still change: it is open itself, or stands under one that is. */
export function isAncestryOpen(question: PartialQuestion, entity: EntityValue): boolean {
  if (isOpen(question, entity)) return true;
  for (const { type, id } of question.entities.ancestorsOf(entity))
    if (isOpen(question, new EntityValue(type, id))) return true;
  return false;
}

/** For expressions without variables. */
export function literalEnvironment({ entities }: PartialQuestion): Environment {
  // INVARIANT: variables are replaced before anything is run, so nobody reads what is missing here.
  return { entities } as Environment;
}

function partOf(question: PartialQuestion, name: unknown): PartialEntity | undefined {
  if (name === 'principal') return question.principal;
  return name === 'resource' ? question.resource : undefined;
}
