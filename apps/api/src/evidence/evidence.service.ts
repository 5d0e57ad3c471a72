import { setTimeout as sleep } from 'node:timers/promises';
import { leafHash } from '@sallyport/audit';
import { NotFoundError, UnavailableError } from '../platform/errors.js';
import {
  type EntryFilter,
  EntryIndex,
  type EntryScope,
  LogProjection,
} from './entry-index.ports.js';
import type { EntryRecord } from './entry-record.js';
import { summaryOf } from './entry-summary.js';
import { type JsonRecord, parseJsonRecord } from './json-members.js';
import { LogReader } from './log-reader.ports.js';
import { cursorOf, readCursor } from './page-cursor.js';
import { type EntryProof, PublicLog } from './public-log.js';
import { relatedEntries } from './related-entries.js';

/** An entry as people look at it. */
export interface EntryView {
  readonly record: EntryRecord;
  /** The exact bytes that were logged. */
  readonly bytes: Uint8Array;
  /** The same as JSON; empty when the bytes are damaged. */
  readonly entry: JsonRecord;
  /** Hex. */
  readonly leafHash: string;
  /** Whether a signed checkpoint covers it. */
  readonly published: boolean;
  readonly summary: string;
}

export interface EntryPage {
  readonly entries: readonly EntryView[];
  readonly nextCursor: string | undefined;
}

export interface PageRequest {
  readonly filter: EntryFilter;
  readonly scope: EntryScope;
  readonly limit: number;
  readonly after: string | undefined;
}

export const MAX_PAGE = 200;
export const DEFAULT_PAGE = 50;
const MAX_COUNT = 10_000;
const MAX_HISTORY = 100;
/** Steps of the projection that one reader may do itself. */
const MAX_CATCH_UP_STEPS = 20;
const CATCH_UP_PAUSE_MS = 25;
/** Rows that whoever looks at the newest entries may make: some milliseconds of work. */
const MAX_FRESHENED = 256;

/** What an auditor asks of a tenant's log: find, show, prove, tell the story. Serves REST and GraphQL alike. */
export class EvidenceService {
  constructor(
    private readonly index: EntryIndex,
    private readonly reader: LogReader,
    private readonly projection: LogProjection,
    private readonly log: PublicLog,
  ) {}

  /** Newest first. Rejects with NotFoundError for an unknown tenant, BadRequestError for a cursor that is none. */
  async search(tenantId: string, request: PageRequest): Promise<EntryPage> {
    const { filter, scope, after } = request;
    const limit = Math.max(1, Math.min(MAX_PAGE, request.limit));
    const before = after === undefined ? undefined : readCursor(after);
    if (before === undefined) await this.freshen(tenantId);
    const query = { filter, scope, limit: limit + 1, ...(before === undefined ? {} : { before }) };
    const records = await this.index.search(tenantId, query);
    const page = records.slice(0, limit);
    const last = page.at(-1);
    return {
      entries: await this.views(tenantId, page),
      nextCursor: records.length > limit && last ? cursorOf(last.index) : undefined,
    };
  }

  /** How many entries fit; undefined when there are too many to count. */
  async count(
    tenantId: string,
    filter: EntryFilter,
    scope: EntryScope,
  ): Promise<number | undefined> {
    const count = await this.index.count(tenantId, { filter, scope }, MAX_COUNT + 1);
    return count > MAX_COUNT ? undefined : count;
  }

  /** How many entries of the log, its newest, have no search row yet. */
  async searchLag(tenantId: string): Promise<number> {
    const { position, logSize } = await this.projection.progress(tenantId);
    return Math.max(0, logSize - position);
  }

  /** Undefined when there is none in the scope. */
  async find(tenantId: string, id: string, scope: EntryScope): Promise<EntryView | undefined> {
    const record = await this.findRecord(tenantId, id, scope);
    if (!record) return undefined;
    const [view] = await this.views(tenantId, [record]);
    return view;
  }

  /** Rejects with NotFoundError when there is none in the scope. */
  async get(tenantId: string, id: string, scope: EntryScope): Promise<EntryView> {
    const view = await this.find(tenantId, id, scope);
    if (!view) throw new NotFoundError('no such entry');
    return view;
  }

  /** Undefined until a checkpoint covers the entry. Rejects with NotFoundError when there is none in the scope. */
  async prove(tenantId: string, id: string, scope: EntryScope): Promise<EntryProof | undefined> {
    const record = await this.findRecord(tenantId, id, scope);
    if (!record) throw new NotFoundError('no such entry');
    return this.log.prove(tenantId, record.index);
  }

  /** What belongs to the same story, oldest first. */
  async related(
    tenantId: string,
    record: EntryRecord,
    scope: EntryScope,
  ): Promise<readonly EntryView[]> {
    return this.views(tenantId, await relatedEntries(this.index, tenantId, record, scope));
  }

  /** Everything about one access request and its grant, oldest first. */
  async historyOfRequest(tenantId: string, requestId: string): Promise<readonly EntryView[]> {
    await this.freshen(tenantId);
    const query = { filter: { requestId }, scope: 'everything', limit: MAX_HISTORY } as const;
    const records = await this.index.search(tenantId, query);
    return this.views(tenantId, records.reverse());
  }

  /** Works the projection up to where the log ends now, or for a bounded number of steps; whether it got there. */
  async catchUp(tenantId: string): Promise<boolean> {
    const { size } = await this.log.state(tenantId);
    for (let step = 0; step < MAX_CATCH_UP_STEPS; step += 1) {
      if (await this.projection.advance(tenantId)) continue;
      if ((await this.projection.position(tenantId)) >= size) return true;
      // Somebody else is at work on it right now.
      await sleep(CATCH_UP_PAUSE_MS);
    }
    return (await this.projection.position(tenantId)) >= size;
  }

  /** Who looks right after a change should see it; what is far behind is not waited for. */
  private async freshen(tenantId: string): Promise<void> {
    const lag = await this.searchLag(tenantId);
    if (lag > 0 && lag <= MAX_FRESHENED) await this.projection.advance(tenantId);
  }

  private async findRecord(
    tenantId: string,
    id: string,
    scope: EntryScope,
  ): Promise<EntryRecord | undefined> {
    const record = await this.index.find(tenantId, id, scope);
    if (record) return record;
    // Who asks for an entry right after it was written must not be told that it does not exist.
    const isComplete = await this.catchUp(tenantId);
    const found = await this.index.find(tenantId, id, scope);
    if (!found && !isComplete) {
      throw new UnavailableError('the search is behind the log; try again, or read its tiles');
    }
    return found;
  }

  private async views(tenantId: string, records: readonly EntryRecord[]): Promise<EntryView[]> {
    const { checkpoint } = await this.log.state(tenantId);
    const bytes = await this.reader.entriesAt(
      tenantId,
      records.map(({ index }) => index),
    );
    return records.map((record) =>
      viewOf(record, bytes.get(record.index), record.index < (checkpoint?.size ?? 0)),
    );
  }
}

/** What is damaged is still shown, as damaged: one lost entry must not hide the others. */
function viewOf(
  record: EntryRecord,
  stored: Uint8Array | undefined,
  published: boolean,
): EntryView {
  const bytes = stored ?? new Uint8Array();
  const entry = parseJsonRecord(bytes);
  return {
    record,
    bytes,
    entry: entry ?? {},
    leafHash: Buffer.from(leafHash(bytes)).toString('hex'),
    published,
    summary: entry ? summaryOf(entry) : 'The stored entry is damaged: it can no longer be read.',
  };
}
