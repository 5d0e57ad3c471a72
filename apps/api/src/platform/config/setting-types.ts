import { z } from 'zod';

/** Any text of at most `max` characters. */
export const text = (max = 4_096) =>
  z.string().max(max, { error: `must be at most ${max} characters long` });

/** A whole number in decimal digits. */
export const integer = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, { error: `must be a whole number from ${min} to ${max}` })
    .transform(Number)
    .refine((value) => value >= min && value <= max, {
      error: `must be a whole number from ${min} to ${max}`,
    });

/** One of a few words. */
export const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, { error: `must be one of ${values.join(', ')}` });

/** Comma-separated items; empty ones are dropped. */
export const list = () =>
  text().transform((value) =>
    value
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  );

/** A URL with one of these protocols. */
export const url = (...protocols: readonly string[]) =>
  text().refine((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol), {
    error: `must be a URL with ${protocols.join(' or ')}`,
  });

/** A root URL, as its origin. */
export const publicUrl = url('http:', 'https:')
  .refine((value) => !URL.canParse(value) || isRoot(new URL(value)), {
    error: 'must be a root URL: no path, query, fragment or credentials',
  })
  .transform((value) => new URL(value).origin);

/** 32 bytes in base64. */
export const masterKey = z
  .string()
  .regex(/^[A-Za-z0-9+/]{43}=$/, {
    error: 'must be 32 bytes in base64 (openssl rand -base64 32)',
  })
  .transform((value) => Uint8Array.from(Buffer.from(value, 'base64')));

/** A bearer secret that can’t be guessed. */
export const adminToken = text(512).regex(/^[\x21-\x7e]{24,}$/, {
  error: 'must be at least 24 visible ASCII characters (openssl rand -base64 33)',
});

/** A PEP key, as peps.yaml takes it. */
export const pepKey = text(512).regex(/^[\x21-\x7e]{8,}$/, {
  error: 'must be at least 8 visible ASCII characters',
});

function isRoot(value: URL): boolean {
  return (
    value.pathname === '/' &&
    value.search === '' &&
    value.hash === '' &&
    value.username === '' &&
    value.password === ''
  );
}
