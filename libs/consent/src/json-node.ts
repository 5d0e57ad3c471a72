import { ParseFailure } from './parse-failure.js';

const MAX_LIST = 100;
const MAX_TEXT = 1000;

/** A JSON object and where it was found. Absent members and `null` are undefined; a member of the wrong type is a failure. */
export class JsonNode {
  private constructor(
    private readonly members: Readonly<Record<string, unknown>>,
    readonly path: string,
  ) {}

  static of(value: unknown, path: string): JsonNode {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new ParseFailure('not-an-object', path);
    }
    const node = new JsonNode(value as Record<string, unknown>, path);
    // FHIR: a modifier that is not understood may turn the meaning around, so the resource must not be used.
    if (node.has('modifierExtension'))
      throw node.failure('unsupported-modifier', 'modifierExtension');
    return node;
  }

  has(name: string): boolean {
    return Object.hasOwn(this.members, name) && (this.members[name] ?? null) !== null;
  }

  isList(name: string): boolean {
    return this.has(name) && Array.isArray(this.members[name]);
  }

  text(name: string): string | undefined {
    if (!this.has(name)) return undefined;
    const value = this.members[name];
    if (typeof value !== 'string') throw this.failure('type-invalid', name);
    if (value.length > MAX_TEXT) throw this.failure('too-long', name);
    return value === '' ? undefined : value;
  }

  node(name: string): JsonNode | undefined {
    return this.has(name) ? JsonNode.of(this.members[name], this.pathTo(name)) : undefined;
  }

  nodes(name: string): readonly JsonNode[] {
    if (!this.has(name)) return [];
    const value = this.members[name];
    if (!Array.isArray(value)) throw this.failure('type-invalid', name);
    if (value.length > MAX_LIST) throw this.failure('too-many', name);
    return value.map((item, index) => JsonNode.of(item, `${this.pathTo(name)}[${index}]`));
  }

  failure(code: ParseFailure['code'], name: string): ParseFailure {
    return new ParseFailure(code, this.pathTo(name));
  }

  private pathTo(name: string): string {
    return this.path === '' ? name : `${this.path}.${name}`;
  }
}
