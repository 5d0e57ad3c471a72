/** An object of unknown JSON. */
export type JsonRecord = Readonly<Record<string, unknown>>;

/** The value as an object; an empty one for anything else. */
export function record(value: unknown): JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonRecord)
    : {};
}

/** The value as an array; an empty one for anything else. */
export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function num(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

export function bool(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

/** A text or number member, put into words; undefined when it is absent. */
export function member(
  from: JsonRecord,
  name: string,
  put: (value: string) => string,
): string | undefined {
  const value = from[name];
  return typeof value === 'string' || typeof value === 'number' ? put(String(value)) : undefined;
}
