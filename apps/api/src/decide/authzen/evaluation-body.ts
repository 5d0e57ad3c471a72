import type { JsonObject } from '@sallyport/contracts';
import { z } from 'zod';
import type { Question } from '../question.js';
import { DEFAULT_SUBJECT_TOKEN_TYPE, SUBJECT_TOKEN_TYPES } from '../subject/verified-token.js';

/** The type of an entity, the name of an action: bounded, for every log entry carries them. */
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

export const evaluationSchema = question;

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
export const optionsSchema = z.object({ options: optional({ explain, token }) });

/** AuthZEN §7.1.2. */
export const batchOptionsSchema = z.object({
  options: optional({ explain, evaluations_semantic: semantic }),
});

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
