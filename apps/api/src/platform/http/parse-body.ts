import type { z } from 'zod';
import { BadRequestError } from '../errors.js';

/** Checks a body, query or params object against a schema; throws BadRequestError naming the first offending member. */
export function parseBody<Schema extends z.ZodType>(
  schema: Schema,
  body: unknown,
): z.output<Schema> {
  const result = schema.safeParse(body, { reportInput: true });
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const field = issue ? issue.path.map(String).join('.') : '';
  throw new BadRequestError(`${field === '' ? 'the body' : field}: ${sentence(issue)}`, { field });
}

function sentence(issue: z.core.$ZodIssue | undefined): string {
  const isMissing = issue?.code === 'invalid_type' && issue.input === undefined;
  return isMissing ? 'is required' : (issue?.message ?? 'is not valid');
}
