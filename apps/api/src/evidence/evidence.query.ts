import { z } from 'zod';
import { parseBody } from '../platform/http/parse-body.js';
import type { EntryFilter } from './entry-index.ports.js';
import { MAX_PAGE } from './evidence.service.js';

const MAX_TEXT = 256;

const text = z.string().min(1).max(MAX_TEXT);
const time = z.iso
  .datetime({ offset: true, error: 'is not a time in ISO 8601 with Z or an offset' })
  .transform((value) => new Date(value));
/** A query string's `decision`: as the log has it, or in words. */
const decisionWord = z
  .enum(['true', 'false', 'permit', 'deny'], 'is one of true, false, permit, deny')
  .transform((value) => value === 'true' || value === 'permit');

const texts = {
  type: text,
  subject: text,
  action: text,
  resourceType: text,
  resourceId: text,
  reason: text,
  pep: text,
  grantId: text,
  requestId: text,
  policyVersion: text,
  text,
};

/** Query parameters of a list of entries; an unknown one is refused, for leaving it out would select too much. */
export const listQuery = z
  .strictObject({
    ...texts,
    from: time,
    to: time,
    decision: decisionWord,
    limit: z.coerce.number().int().min(1).max(MAX_PAGE),
    after: text,
  })
  .partial();

/** Body of an export. In its filter null stands for absent, as in GraphQL. */
export const exportBody = z.strictObject({
  filter: z
    .preprocess(
      withoutNulls,
      z.strictObject({ ...texts, from: time, to: time, decision: z.boolean() }).partial(),
    )
    .transform(filterOf)
    .default({}),
  maxEntries: z.number().int().min(1).optional(),
});

const typedFilter = z
  .strictObject({ ...texts, from: z.date(), to: z.date(), decision: z.boolean() })
  .partial();

/** A filter that came through GraphQL: its types are right, its sizes are not yet known to be. Throws BadRequestError. */
export function readFilter(input: object): EntryFilter {
  return filterOf(parseBody(typedFilter, withoutNulls(input)));
}

/** The filter without its absent members. */
export function filterOf(members: {
  readonly [Member in keyof EntryFilter]?: EntryFilter[Member] | undefined;
}): EntryFilter {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

function withoutNulls(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value ?? {};
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null));
}
