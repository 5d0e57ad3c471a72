import { z } from 'zod';
import type { EntityRef } from '../decision.js';
import { didYouMean } from './did-you-mean.js';
import { parseDurationSeconds } from './duration.js';
import { parseEntityReference } from './entity-reference.js';

/** What a closed object gives: optional members are absent, never undefined (parsed files can't hold undefined). */
type Exact<T> = { readonly [K in keyof T]: Exclude<T[K], undefined> };

/** An object with these members and no others; each unknown key is told apart, with the known one it resembles. */
export function closed<S extends z.ZodRawShape>(
  shape: S,
): z.ZodType<Exact<z.output<z.ZodObject<S>>>> {
  const known = Object.keys(shape);
  const schema = z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys
            .map((key) => `Unknown key ${JSON.stringify(key)}.${didYouMean(key, known)}`)
            .join('\n')
        : undefined,
  });
  return schema as unknown as z.ZodType<Exact<z.output<z.ZodObject<S>>>>;
}

/** A value that is written as something else than what it means; `parse` gives the meaning, or a sentence that says what is expected. */
export function written<T>(parse: (value: unknown) => T | Refusal): z.ZodType<T> {
  return z.unknown().transform((value, ctx) => {
    const meaning = parse(value);
    if (!(meaning instanceof Refusal)) return meaning;
    const message = value === undefined ? 'Required.' : meaning.message;
    ctx.issues.push({ code: 'custom', input: value, message, path: [...meaning.path] });
    return z.NEVER;
  });
}

/** Why a value means nothing, and where inside of it. */
export class Refusal {
  constructor(
    readonly message: string,
    readonly path: readonly PropertyKey[] = [],
  ) {}
}

/** Text that people read or that names something: not empty, bounded, no control characters. */
export function text(max = 256): z.ZodString {
  return z
    .string()
    .min(1, 'Must not be empty.')
    .max(max)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'Must not hold control characters.');
}

/** `90s`, `10m`, `4h`, `1d` or whole seconds; seconds come out. */
export const duration: z.ZodType<number> = written((value) => {
  const isWritten = typeof value === 'string' || typeof value === 'number';
  return (
    (isWritten ? parseDurationSeconds(String(value)) : undefined) ??
    new Refusal('Must be a duration such as 90s, 10m, 4h or 1d (at most 366d).')
  );
});

const ISO_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;

/** An ISO 8601 moment with a zone; epoch milliseconds come out. */
export const moment: z.ZodType<number> = written((value) => {
  const ms = typeof value === 'string' && ISO_TIME.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(ms)
    ? new Refusal('Must be a time with a zone, such as 2026-03-01T12:00:00Z.')
    : ms;
});

/** `type::id`, `type:id`, `{type, id}`, or a bare id where a type is understood. */
export function entity(defaultType?: string): z.ZodType<EntityRef> {
  const example =
    defaultType === undefined ? 'role::reader' : `${defaultType}::name or just the name`;
  return written((value) => {
    const ref =
      typeof value === 'string' ? parseEntityReference(value, defaultType) : plainReference(value);
    if (ref === undefined)
      return new Refusal(`Must name an entity, such as ${example}, or {type, id}.`);
    if (/\p{Surrogate}/u.test(ref.type + ref.id)) return new Refusal('Not valid Unicode.');
    return ref.type.length <= 256 && ref.id.length <= 1024
      ? ref
      : new Refusal('The name of the entity is too long.');
  });
}

/** `{type, id}` with two texts and nothing else. */
export function plainReference(value: unknown): EntityRef | undefined {
  if (typeof value !== 'object' || value === null || Object.keys(value).length !== 2)
    return undefined;
  const { type, id } = value as { type?: unknown; id?: unknown };
  if (typeof type !== 'string' || typeof id !== 'string' || type === '') return undefined;
  return { type, id };
}
