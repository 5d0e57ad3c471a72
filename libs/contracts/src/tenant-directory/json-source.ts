import { LineIndex } from './line-index.js';
import type { Source, SourcePath, SourceResult } from './source.js';

const MAX_DEPTH = 64;

/** RFC 8259, with what it leaves open refused: duplicate keys, `__proto__`, nesting over 64. */
export function readJson(file: string, text: string): SourceResult {
  const lines = new LineIndex(text);
  const reader = new JsonReader(text);
  try {
    const value = reader.read();
    const source: Source = {
      file,
      value,
      locate: (path) => lines.positionAt(offsetOf(value, path, reader)),
    };
    return { ok: true, source };
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    const message = error.message;
    return { ok: false, problems: [{ file, ...lines.positionAt(error.offset), message }] };
  }
}

class JsonSyntaxError extends Error {
  constructor(
    readonly offset: number,
    message: string,
  ) {
    super(message);
  }
}

function offsetOf(root: unknown, path: SourcePath, reader: JsonReader): number {
  let offset = reader.start;
  let node = root;
  for (const step of path) {
    if (typeof node !== 'object' || node === null) break;
    const at = reader.members.get(node)?.get(String(step));
    if (at === undefined) break;
    offset = at;
    node = (node as Record<PropertyKey, unknown>)[step];
  }
  return offset;
}

/** Recursive descent over one text; remembers where each member of each object and array was written. */
class JsonReader {
  readonly members = new WeakMap<object, Map<string, number>>();
  start = 0;
  private at = 0;

  constructor(private readonly text: string) {}

  read(): unknown {
    if (this.text.startsWith('\uFEFF')) this.at = 1;
    this.skipSpace();
    this.start = this.at;
    const value = this.value(0);
    this.skipSpace();
    if (this.at < this.text.length)
      this.fail(`Nothing may follow the value, but ${this.here()} does.`);
    return value;
  }

  private value(depth: number): unknown {
    if (depth > MAX_DEPTH) this.fail(`Nested deeper than ${String(MAX_DEPTH)} levels.`);
    const char = this.text.charAt(this.at);
    if (char === '{') return this.object(depth);
    if (char === '[') return this.array(depth);
    if (char === '"') return this.string();
    return this.scalar();
  }

  private object(depth: number): unknown {
    const members = new Map<string, number>();
    const entries: [string, unknown][] = [];
    this.list('}', () => {
      const offset = this.at;
      if (this.text[this.at] !== '"')
        this.fail(`Expected a key in double quotes, found ${this.here()}.`);
      const key = this.string();
      if (key === '__proto__') this.fail('"__proto__" can\'t be a key.', offset);
      if (members.has(key)) this.fail(`The key ${JSON.stringify(key)} is there twice.`, offset);
      members.set(key, offset);
      this.expect(':');
      entries.push([key, this.value(depth + 1)]);
    });
    return this.remember(Object.fromEntries(entries), members);
  }

  private array(depth: number): unknown {
    const members = new Map<string, number>();
    const items: unknown[] = [];
    this.list(']', () => {
      members.set(String(items.length), this.at);
      items.push(this.value(depth + 1));
    });
    return this.remember(items, members);
  }

  private list(end: string, item: () => void): void {
    this.at++;
    this.skipSpace();
    if (this.text[this.at] === end) {
      this.at++;
      return;
    }
    for (;;) {
      item();
      this.skipSpace();
      if (this.text[this.at] === end) break;
      if (this.text[this.at] !== ',') this.fail(`Expected "," or "${end}", found ${this.here()}.`);
      this.at++;
      this.skipSpace();
    }
    this.at++;
  }

  private string(): string {
    const start = this.at;
    const match = this.match(/"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y);
    if (match === undefined) return this.fail('This text is not valid JSON, or does not end.');
    const text = JSON.parse(match) as string;
    return /\p{Surrogate}/u.test(text) ? this.fail('This text is not valid Unicode.', start) : text;
  }

  private scalar(): unknown {
    const match = this.match(
      /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|(?:true|false|null)\b/y,
    );
    return match === undefined
      ? this.fail(`Expected a value, found ${this.here()}.`)
      : JSON.parse(match);
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  private expect(char: string): void {
    this.skipSpace();
    if (this.text[this.at] !== char) this.fail(`Expected "${char}", found ${this.here()}.`);
    this.at++;
    this.skipSpace();
  }

  private skipSpace(): void {
    while (' \t\r\n'.includes(this.text[this.at] ?? '#')) this.at++;
  }

  private here(): string {
    const char = this.text.codePointAt(this.at);
    return char === undefined ? 'the end of the file' : JSON.stringify(String.fromCodePoint(char));
  }

  private remember<T extends object>(node: T, members: Map<string, number>): T {
    this.members.set(node, members);
    return node;
  }

  private fail(message: string, offset = this.at): never {
    throw new JsonSyntaxError(offset, message);
  }
}
