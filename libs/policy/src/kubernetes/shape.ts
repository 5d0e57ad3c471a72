import type { JsonObject } from '@sallyport/contracts';

const MAX_ODDITIES = 50;

/**
 * Reads members of a manifest by the types that Kubernetes gives them. `null` counts as absent, as it does there. What has another type is absent and noted: whoever
 * judges the manifest must know that it was not understood.
 */
export class ShapeReader {
  private readonly odd = new Set<string>();

  /** Paths that did not have the expected shape, sorted. */
  get oddities(): readonly string[] {
    return [...this.odd].sort();
  }

  note(path: string): undefined {
    if (this.odd.size < MAX_ODDITIES) this.odd.add(beginningOf(path));
    return undefined;
  }

  object(value: unknown, path: string): JsonObject | undefined {
    if (isAbsent(value)) return undefined;
    return isObject(value) ? value : this.note(path);
  }

  list(value: unknown, path: string): readonly unknown[] {
    if (isAbsent(value)) return [];
    if (Array.isArray(value)) return value as unknown[];
    this.note(path);
    return [];
  }

  /** The objects of a list, each with its path. */
  objects(value: unknown, path: string): readonly (readonly [JsonObject, string])[] {
    return this.list(value, path).flatMap((item, index) => {
      const at = `${path}[${String(index)}]`;
      const object = isAbsent(item) ? this.note(at) : this.object(item, at);
      return object === undefined ? [] : [[object, at] as const];
    });
  }

  text(value: unknown, path: string): string | undefined {
    if (isAbsent(value)) return undefined;
    return typeof value === 'string' ? value : this.note(path);
  }

  flag(value: unknown, path: string): boolean | undefined {
    if (isAbsent(value)) return undefined;
    return typeof value === 'boolean' ? value : this.note(path);
  }

  integer(value: unknown, path: string): number | undefined {
    if (isAbsent(value)) return undefined;
    return Number.isSafeInteger(value) ? (value as number) : this.note(path);
  }

  /** A map of texts, such as labels. */
  texts(value: unknown, path: string): Readonly<Record<string, string>> {
    const read = Object.entries(this.object(value, path) ?? {}).flatMap(([name, member]) => {
      const text = this.text(member, `${path}[${name}]`);
      return text === undefined ? [] : [[name, text] as const];
    });
    return Object.fromEntries(read);
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isAbsent(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

const MAX_BEGINNING = 256;

/** The first characters of a text, none of them cut in half: what is left of it can be logged. */
export function beginningOf(text: string): string {
  return text.length <= MAX_BEGINNING ? text : Array.from(text).slice(0, MAX_BEGINNING).join('');
}

/** Without twins, in one order: the same manifest always gives the same facts. */
export function sorted(texts: Iterable<string>): string[] {
  return [...new Set(texts)].sort();
}
