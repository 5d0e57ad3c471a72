import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@sallyport/contracts';
import fc from 'fast-check';
import { z } from 'zod';
import { BadRequestError } from '../../platform/errors.js';
import { parseBody } from '../../platform/http/parse-body.js';
import type { Question } from '../question.js';
import { readBatchOptions, readOptions } from './read-options.js';
import { readQuestion } from './read-question.js';
import { DEFAULT_SUBJECT_TOKEN_TYPE, SUBJECT_TOKEN_TYPES } from '../subject/verified-token.js';

/** What the readers are held against: the same rules in the words of a schema library. */
const name = text(256);
const id = text(1_024);
// The parser made it: whatever is in there is JSON.
const object = z
  .record(z.string(), z.unknown(), { error: 'must be an object' })
  .transform((value) => value as JsonObject);
const properties = object.nullish().transform((value) => value ?? undefined);

const entity = z.object({ type: name, id, properties }, { error: required('an object') });
const action = z.object({ name, properties }, { error: required('an object') });

/** AuthZEN Authorization API 1.0 §6.1. Unknown members are ignored, `null` counts as absent. */
const question = z
  .object(
    {
      subject: entity.nullish(),
      action,
      resource: entity,
      context: object.nullish(),
    },
    { error: 'must be an object' },
  )
  .transform(({ subject, action, resource, context }, refinement): Question => {
    const { subject_token: token, subject_token_type: type, ...rest } = context ?? {};
    const subjectToken = readToken(token, type, refinement);
    if (!subject && !subjectToken) {
      refinement.addIssue({
        code: 'custom',
        path: ['subject'],
        message: 'is required, unless context.subject_token proves who it is',
      });
    }
    return {
      ...(subject ? { subject: described(subject) } : {}),
      ...(subjectToken ? { subjectToken } : {}),
      action: described(action),
      resource: described(resource),
      context: rest,
    };
  });

const explain = z.boolean({ error: 'must be true or false' }).nullish();
const token = z
  .object({ audience: text(256) }, { error: 'must be an object with an audience' })
  .nullish();
const semantic = z
  .enum(['execute_all', 'deny_on_first_deny', 'permit_on_first_permit'], {
    error: 'must be execute_all, deny_on_first_deny or permit_on_first_permit',
  })
  .nullish();

/** What a single evaluation asks for beside its question. Other options are allowed and ignored. */
const optionsSchema = z.object({ options: optional({ explain, token }) });

/** AuthZEN §7.1.2. */
const batchOptionsSchema = z.object({
  options: optional({ explain, evaluations_semantic: semantic }),
});

const OFTEN = 25;
const anything = fc.constantFrom<unknown>(undefined, null, 0, '', 'x', true, [], {}, [1]);
const string = (max: number) =>
  fc.constantFrom('a', 'b', 'c', 'd', 'é', '', 'x'.repeat(max), 'x'.repeat(max + 1));
/** Mostly what belongs there, sometimes anything; sometimes not there at all. */
const mostly = (arbitrary: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: OFTEN, arbitrary }, { weight: 1, arbitrary: anything });
const record = (members: Record<string, fc.Arbitrary<unknown>>) => fc.record(members).map(present);
const free = fc.dictionary(fc.constantFrom('a', 'b', '1', 'constructor'), anything.map(orNull));
const describedEntity = mostly(
  record({
    type: mostly(string(256)),
    id: mostly(string(1_024)),
    properties: mostly(free),
    more: anything,
  }),
);
const body = record({
  subject: describedEntity,
  action: mostly(record({ name: mostly(string(256)), properties: mostly(free) })),
  resource: describedEntity,
  context: mostly(
    fc
      .tuple(
        free,
        record({
          subject_token: mostly(string(9)),
          subject_token_type: mostly(fc.constantFrom(...SUBJECT_TOKEN_TYPES)),
        }),
      )
      .map(([rest, proof]) => ({ ...rest, ...proof })),
  ),
  options: mostly(
    record({
      explain: mostly(fc.boolean()),
      token: mostly(record({ audience: mostly(string(256)) })),
      evaluations_semantic: mostly(
        fc.constantFrom('execute_all', 'deny_on_first_deny', 'permit_on_first_permit'),
      ),
    }),
  ),
});

describe('reading a body', () => {
  const runs = { numRuns: 1_000 };

  test('finds the question that the schema finds, or refuses it in the same words', () => {
    let found = 0;
    fc.assert(
      fc.property(body, (value) => {
        const ours = attempt(() => readQuestion(value));
        expect(ours).toEqual(attempt(() => parseBody(question, value)));
        if ('found' in ours) found += 1;
      }),
      runs,
    );
    expect(found).toBeGreaterThan(100);
  });

  test('finds the options that the schema finds, or refuses them in the same words', () => {
    fc.assert(
      fc.property(body, (value) => {
        const single = attempt(() => parseBody(optionsSchema, value).options);
        const batch = attempt(() => parseBody(batchOptionsSchema, value).options);
        expect(attempt(() => readOptions(value))).toEqual(
          replaced(single, (options) => ({
            explain: options?.explain ?? false,
            token: options?.token ?? undefined,
          })),
        );
        expect(attempt(() => readBatchOptions(value))).toEqual(
          replaced(batch, (options) => ({
            explain: options?.explain ?? false,
            semantic: options?.evaluations_semantic ?? 'execute_all',
          })),
        );
      }),
      runs,
    );
  });

  test('keeps the token from the context, and the members of the context in their order', () => {
    const context = { z: 1, subject_token: 't', a: 2 };
    const { context: rest, subjectToken } = readQuestion({
      action: { name: 'read' },
      resource: { type: 'record', id: '1' },
      context,
    });
    expect(JSON.stringify(rest)).toBe('{"z":1,"a":2}');
    expect(subjectToken).toEqual({ token: 't', type: DEFAULT_SUBJECT_TOKEN_TYPE });
  });
});

type Attempt<T> = { readonly found: T } | { readonly message: string; readonly field: unknown };

function attempt<T>(read: () => T): Attempt<T> {
  try {
    return { found: read() };
  } catch (error) {
    if (!(error instanceof BadRequestError)) throw error;
    return { message: error.message, field: error.field };
  }
}

function replaced<T, U>(result: Attempt<T>, change: (found: T) => U): Attempt<U> {
  return 'found' in result ? { found: change(result.found) } : result;
}

/** As JSON: nothing is undefined. */
function present(members: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

function orNull(value: unknown): unknown {
  return value ?? null;
}

function optional<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.object(shape, { error: 'must be an object' }).nullish();
}

function readToken(
  token: unknown,
  type: unknown,
  refinement: z.core.$RefinementCtx,
): Question['subjectToken'] {
  if (token === undefined || token === null) return undefined;
  const known = type ?? DEFAULT_SUBJECT_TOKEN_TYPE;
  const issue = (member: string, message: string) =>
    refinement.addIssue({ code: 'custom', path: ['context', member], message });
  if (typeof token !== 'string') {
    issue('subject_token', 'must be a string');
    return undefined;
  }
  if (typeof known !== 'string' || !SUBJECT_TOKEN_TYPES.some((one) => one === known)) {
    issue('subject_token_type', `must be one of ${SUBJECT_TOKEN_TYPES.join(', ')}`);
    return undefined;
  }
  return { token, type: known };
}

function described<T extends { readonly properties?: JsonObject | undefined }>({
  properties,
  ...rest
}: T): Omit<T, 'properties'> & { readonly properties?: JsonObject } {
  return properties === undefined ? rest : { ...rest, properties };
}

function text(max: number) {
  return z
    .string({ error: required('a string') })
    .min(1, { error: 'must not be empty' })
    .max(max, { error: `must have at most ${max} characters` });
}

function required(what: string) {
  return ({ input }: { readonly input?: unknown }) =>
    input === undefined ? 'is required' : `must be ${what}`;
}
