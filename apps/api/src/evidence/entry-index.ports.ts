import type { EntityRef } from '@sallyport/contracts';
import type { EntryRecord } from './entry-record.js';

/** Which entries are wanted; absent members don't restrict. The same names as `EntryFilter` in docs/schema.graphql. */
export interface EntryFilter {
  readonly type?: string;
  readonly subject?: string;
  readonly action?: string;
  readonly resourceType?: string;
  readonly resourceId?: string;
  readonly decision?: boolean;
  readonly reason?: string;
  readonly pep?: string;
  readonly grantId?: string;
  readonly requestId?: string;
  readonly policyVersion?: string;
  /** Inclusive. */
  readonly from?: Date;
  /** Exclusive. */
  readonly to?: Date;
  /** Part of an id, actor, subject, action or resource; case does not matter. */
  readonly text?: string;
}

/** Whose entries may be seen: only those about this entity; `everything` for auditors. */
export type EntryScope = 'everything' | EntityRef;

export interface EntryQuery {
  readonly filter: EntryFilter;
  readonly scope: EntryScope;
  /** Only entries before this index. */
  readonly before?: number;
  /** Only entries from this index on. */
  readonly from?: number;
  readonly limit: number;
}

/** The searchable projection of a tenant's log; a little behind it. */
export abstract class EntryIndex {
  /** Newest first. */
  abstract search(tenantId: string, query: EntryQuery): Promise<EntryRecord[]>;

  /** How many entries fit, counted up to `atMost`. */
  abstract count(
    tenantId: string,
    query: Pick<EntryQuery, 'filter' | 'scope' | 'before'>,
    atMost: number,
  ): Promise<number>;

  /** Indexes of the entries that fit, ascending, the first `limit` of them. */
  abstract indexes(tenantId: string, query: EntryQuery): Promise<number[]>;

  abstract find(tenantId: string, id: string, scope: EntryScope): Promise<EntryRecord | undefined>;

  /** Entries that share an id with the list, those nearest to `around` first. */
  abstract linked(
    tenantId: string,
    links: readonly string[],
    around: number,
    limit: number,
  ): Promise<EntryRecord[]>;

  /** Decisions on the same question: subject, action and resource; those nearest to the record first. */
  abstract sameQuestion(
    tenantId: string,
    record: EntryRecord,
    limit: number,
  ): Promise<EntryRecord[]>;
}

export interface ProjectionProgress {
  /** How many entries of the log are projected. */
  readonly position: number;
  readonly logSize: number;
}

/** How many bytes of entries a step takes, now that it is known where things are; undefined for no step. */
export type StepBudget = (found: ProjectionProgress) => number | undefined;

/** Keeps the projection; anyone may push it forward, one at a time does. */
export abstract class LogProjection {
  /** How many entries of the log are projected. */
  abstract position(tenantId: string): Promise<number>;

  /** How far it has come, and how long the log is. */
  abstract progress(tenantId: string): Promise<ProjectionProgress>;

  /** Projects the next stretch of the log, up to the segment that reaches its budget. True when there may be more to do. */
  abstract advance(tenantId: string, budget?: StepBudget): Promise<boolean>;

  /** Forgets the projection and derives it anew from the log. */
  abstract rebuild(tenantId: string): Promise<void>;
}

/** Tells every process how far the projection of a tenant has come, as soon as it moved. */
export abstract class LogGrowthFeed {
  abstract start(): Promise<void>;
  abstract stop(): Promise<void>;
  abstract onGrowth(listener: (tenantId: string, size: number) => void): () => void;
}
