import type { EntryFilter } from '../graphql-types.js';

/** The log's filter as it stands in the address: plain texts, so that a link says what it shows. */
export interface EntrySearch {
  readonly type?: string;
  readonly subject?: string;
  readonly action?: string;
  readonly resourceType?: string;
  readonly resourceId?: string;
  readonly decision?: 'permit' | 'deny';
  readonly reason?: string;
  readonly pep?: string;
  readonly grantId?: string;
  readonly requestId?: string;
  readonly policyVersion?: string;
  /** UTC, `2026-11-22T06:00` or with seconds. */
  readonly from?: string;
  readonly to?: string;
  readonly text?: string;
}

const TEXTS = [
  'type',
  'subject',
  'action',
  'resourceType',
  'resourceId',
  'reason',
  'pep',
  'grantId',
  'requestId',
  'policyVersion',
  'text',
] as const;
const MINUTE = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?Z?$/;
const MAX_LENGTH = 256;

/** Names of the filter, in the order in which screens show them. */
export const FILTER_NAMES = [
  ...TEXTS.slice(0, 5),
  'decision',
  ...TEXTS.slice(5, 10),
  'from',
  'to',
  'text',
] as const;

/** Reads an address: what is unknown, empty, too long or unreadable is left out. */
export function readEntrySearch(search: Readonly<Record<string, unknown>>): EntrySearch {
  const read: Record<string, string> = {};
  for (const name of TEXTS) {
    const text = textOf(search[name]);
    if (text !== undefined) read[name] = text;
  }
  const decision = textOf(search['decision']);
  if (decision === 'permit' || decision === 'deny') read['decision'] = decision;
  for (const name of ['from', 'to'] as const) {
    const time = textOf(search[name]);
    if (time !== undefined && MINUTE.test(time) && !Number.isNaN(Date.parse(asUtc(time))))
      read[name] = time.replace(/Z$/, '');
  }
  return read;
}

/** The filter that the broker takes. */
export function filterOf({ decision, from, to, ...texts }: EntrySearch): EntryFilter {
  return {
    ...texts,
    ...(decision !== undefined && { decision: decision === 'permit' }),
    ...(from !== undefined && { from: new Date(asUtc(from)).toISOString() }),
    ...(to !== undefined && { to: new Date(asUtc(to)).toISOString() }),
  };
}

/** The address of a filter: the way back of `filterOf`. */
export function searchOf({ decision, from, to, ...texts }: EntryFilter): EntrySearch {
  return readEntrySearch({
    ...texts,
    ...(decision !== undefined && { decision: decision ? 'permit' : 'deny' }),
    ...(from !== undefined && { from: shortTime(from) }),
    ...(to !== undefined && { to: shortTime(to) }),
  });
}

function textOf(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  return text === '' || text.length > MAX_LENGTH ? undefined : text;
}

function asUtc(time: string): string {
  return time.endsWith('Z') ? time : `${time}Z`;
}

function shortTime(iso: string): string {
  return iso.replace(/(:00)?(\.000)?Z$/, '');
}
