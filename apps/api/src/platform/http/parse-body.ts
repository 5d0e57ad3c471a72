import type { z } from 'zod';
import { BadRequestError } from '../errors.js';

/** Checks a body, query or params object against a schema; throws BadRequestError naming the first offending member. */
export function parseBody<Schema extends z.ZodType>(
  schema: Schema,
  body: unknown,
): z.output<Schema> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const field = issue ? issue.path.map(String).join('.') : '';
  throw new BadRequestError(
    `${field === '' ? 'the body' : field}: ${issue?.message ?? 'is not valid'}`,
    { field },
  );
}
