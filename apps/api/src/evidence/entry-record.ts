import type { EntityRef } from '@sallyport/contracts';
import { type JsonRecord, parseJsonRecord, readRef, readText, readTexts } from './json-members.js';

/** What the projection keeps of an entry: enough to find it. The entry itself stays in the log. */
export interface EntryRecord {
  readonly index: number;
  readonly id: string;
  readonly type: string;
  readonly time: Date;
  readonly actor: string;
  readonly subject: EntityRef | undefined;
  readonly action: string | undefined;
  readonly resource: EntityRef | undefined;
  readonly decision: boolean | undefined;
  readonly pep: string | undefined;
  readonly policyVersion: string | undefined;
  readonly reasons: readonly string[];
  /** Ids of decisions, access requests, grants and tokens that tie entries into one story. */
  readonly links: readonly string[];
}

/** Type of a record whose entry could not be read: damaged, but never hidden. */
export const UNREADABLE = 'unreadable';

/** What enforcement points asked. */
const ASKED: ReadonlySet<string> = new Set(['decision', 'plan', 'search']);

const MAX_LINKS = 200;
const MAX_REASONS = 50;
/** The end of year 9999: later times have no ISO form that Postgres reads. */
const LAST_TIME_MS = 253_402_300_799_999;

/** The record of an entry's exact bytes. Never fails: whatever is in the log gets a record. */
export function recordOf(index: number, bytes: Uint8Array): EntryRecord {
  const entry = parseJsonRecord(bytes);
  if (!entry) return unreadable(index);
  const type = readText(entry['type']) ?? UNREADABLE;
  return {
    index,
    id: readText(entry['id']) ?? `${UNREADABLE}-${String(index)}`,
    type,
    time: readTime(entry['time']),
    actor: readText(entry['actor']) ?? '',
    subject: subjectOf(type, entry),
    action: readText(entry['action']),
    resource: readRef(entry['resource']) ?? readRef(entry['role']),
    decision: typeof entry['decision'] === 'boolean' ? entry['decision'] : undefined,
    pep: readText(entry['pep']),
    policyVersion: readText(entry['policyVersion']) ?? versionConcerned(type, entry),
    reasons: readTexts(entry['reasons'], MAX_REASONS),
    links: linksOf(type, entry),
  };
}

/** Whom the entry is about: of a request its requester, of a session the person signed in. */
function subjectOf(type: string, entry: JsonRecord): EntityRef | undefined {
  const subject = readRef(entry['subject']);
  if (subject) return subject;
  const requester = readText(entry['requester']);
  if (requester !== undefined) return { type: 'user', id: requester };
  return type.startsWith('session.') ? actorRef(readText(entry['actor']) ?? '') : undefined;
}

function actorRef(actor: string): EntityRef | undefined {
  const colon = actor.indexOf(':');
  return colon > 0 ? { type: actor.slice(0, colon), id: actor.slice(colon + 1) } : undefined;
}

function linksOf(type: string, entry: JsonRecord): string[] {
  const links = ASKED.has(type) ? decisionLinks(entry) : readTexts(entry['grants'], MAX_LINKS);
  // The `requestId` of what was asked is the caller's X-Request-ID, which proves nothing about an access request.
  const members = ASKED.has(type)
    ? ['id', 'token']
    : ['tokenId', 'decisionId', 'requestId', 'grantId'];
  const detail = readRecord(entry['detail']);
  for (const holder of detail ? [entry, detail] : [entry]) {
    for (const member of members) {
      const id = readText(holder[member]);
      if (id !== undefined) links.push(id);
    }
  }
  return [...new Set(links)].slice(0, MAX_LINKS);
}

function decisionLinks(entry: JsonRecord): string[] {
  const grants = readRecord(entry['facts'])?.['grants'];
  const ids = (Array.isArray(grants) ? grants : [])
    .slice(0, MAX_LINKS)
    .map((grant: unknown) => readText(readRecord(grant)?.['id']));
  const id = readText(entry['id']) ?? '';
  // The items of one batch are `<batch id>.<place>`.
  const batch = /^(.+)\.\d+$/.exec(id)?.[1];
  return [...ids, batch].filter((link) => link !== undefined);
}

function versionConcerned(type: string, entry: JsonRecord): string | undefined {
  return type === 'policy.promoted' || type === 'policy.disagreed'
    ? readText(readRecord(entry['detail'])?.['version'])
    : undefined;
}

function readRecord(value: unknown): JsonRecord | undefined {
  return typeof value === 'object' && value !== null ? (value as JsonRecord) : undefined;
}

function readTime(value: unknown): Date {
  const time = new Date(typeof value === 'string' ? value : Number.NaN);
  return time.getTime() >= 0 && time.getTime() <= LAST_TIME_MS ? time : new Date(0);
}

function unreadable(index: number): EntryRecord {
  return {
    index,
    id: `${UNREADABLE}-${String(index)}`,
    type: UNREADABLE,
    time: new Date(0),
    actor: '',
    subject: undefined,
    action: undefined,
    resource: undefined,
    decision: undefined,
    pep: undefined,
    policyVersion: undefined,
    reasons: [],
    links: [],
  };
}
