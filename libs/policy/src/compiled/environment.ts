import type { EntityValue, RecordValue, Value } from './value.js';

/** What policies look at: one question and the entities around it. */
export interface Environment {
  readonly principal: EntityValue;
  readonly action: EntityValue;
  readonly resource: EntityValue;
  readonly context: RecordValue;
  readonly entities: EntitySource;
  /** Stands for this question and no other one (`questionNumber`): what was read for it is remembered under it, and nothing where there is none. */
  readonly number?: number;
  /** The same for what is read of the context alone: questions that share a context share its number. */
  readonly contextNumber?: number;
  /** Whether the question before had this context, so that the next one may have it too. */
  readonly isContextShared?: boolean;
}

let questions = 0;

/** A number that no other question and no other context in this process has. */
export function questionNumber(): number {
  return ++questions;
}

/** What entities hold and where they stand. */
export interface EntitySource {
  /** Undefined for an entity that does not exist. */
  attributesOf(entity: EntityValue): RecordValue | undefined;
  /** Undefined for an entity that does not exist. */
  tagsOf(entity: EntityValue): RecordValue | undefined;
  /** Whether `ancestor` is above `entity`; an entity is not above itself unless a chain of parents says so. */
  isBelow(entity: EntityValue, ancestor: EntityValue): boolean;
  /** Everything above an entity, in no order, possibly with repetitions. */
  ancestorsOf(entity: EntityValue): Iterable<EntityName>;
}

/** As much of an entity as look-ups need. */
export interface EntityName {
  readonly type: string;
  readonly id: string;
}

/** A compiled expression. Throws `PolicyFault`. */
export type Run = (environment: Environment) => Value;
