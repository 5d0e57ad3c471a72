import type { EntityRef } from '@sallyport/contracts';

export type JsonRecord = Readonly<Record<string, unknown>>;

/** Longest text that the projection keeps and compares: an index entry of Postgres holds no more than 2,704 bytes. */
export const MAX_INDEXED_LENGTH = 500;

/** The JSON object that these bytes hold, or undefined. */
export function parseJsonRecord(bytes: Uint8Array): JsonRecord | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as JsonRecord)
      : undefined;
  } catch {
    return undefined;
  }
}

const NOT_STORABLE = /\0|\p{Surrogate}/gu;

/** A text as the projection keeps it: bounded, and without NUL and half characters, which Postgres can't hold. */
export function indexedText(text: string): string {
  return text.slice(0, MAX_INDEXED_LENGTH).replaceAll(NOT_STORABLE, '\uFFFD');
}

/** A text member, bounded; undefined for anything else and for the empty text. */
export function readText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? indexedText(value) : undefined;
}

/** The texts of an array member; anything else in it is left out. */
export function readTexts(value: unknown, limit: number): string[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, limit).flatMap((item: unknown) => readText(item) ?? []);
}

/** An entity reference; undefined for anything else. */
export function readRef(value: unknown): EntityRef | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const type = readText((value as JsonRecord)['type']);
  const id = readText((value as JsonRecord)['id']);
  return type === undefined || id === undefined ? undefined : { type, id };
}
