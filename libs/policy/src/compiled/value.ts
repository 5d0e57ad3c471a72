/** A value of Cedar's language. A long is a number within ±(2^53 - 1) and a bigint beyond, never the other way round. */
export type Value = boolean | Long | string | EntityValue | SetValue | RecordValue | ExtensionValue;

export type Long = number | bigint;

/** An entity's name. What it holds is asked from an `EntitySource`. */
export class EntityValue {
  constructor(
    readonly type: string,
    readonly id: string,
  ) {}

  equals(other: EntityValue): boolean {
    return this === other || (this.id === other.id && this.type === other.type);
  }
}

/** A value of an extension type. */
export abstract class ExtensionValue {
  /** Unambiguous among the values of one extension type. */
  abstract readonly key: string;
  abstract readonly typeName: 'decimal' | 'ipaddr' | 'datetime' | 'duration';
}

/** A record; its members may be made when they are first asked for. */
export abstract class RecordValue {
  abstract get(name: string): Value | undefined;
  abstract names(): Iterable<string>;
}

/** A record whose members are there. */
export class MapRecord extends RecordValue {
  constructor(private readonly members: ReadonlyMap<string, Value>) {
    super();
  }

  override get(name: string): Value | undefined {
    return this.members.get(name);
  }

  override names(): Iterable<string> {
    return this.members.keys();
  }
}

export const EMPTY_RECORD: RecordValue = new MapRecord(new Map());

// Most sets hold nothing but a few texts, and decisions make several.
const NO_COMPOUND = new Map<string, Value>();

/** A set; equal members are one. */
export class SetValue {
  private readonly plain = new Set<boolean | Long | string>();
  private compound = NO_COMPOUND;

  constructor(members: Iterable<Value>) {
    for (const member of members) {
      if (typeof member !== 'object') this.plain.add(member);
      else {
        const key = canonicalKey(member);
        if (this.compound === NO_COMPOUND) this.compound = new Map();
        if (!this.compound.has(key)) this.compound.set(key, member);
      }
    }
  }

  get size(): number {
    return this.plain.size + this.compound.size;
  }

  has(value: Value): boolean {
    if (typeof value !== 'object') return this.plain.has(value);
    return this.compound.size > 0 && this.compound.has(canonicalKey(value));
  }

  /** Whether every member of `other` is one of this set. */
  hasAll(other: SetValue): boolean {
    if (other.size > this.size) return false;
    for (const member of other.plain) if (!this.plain.has(member)) return false;
    for (const key of other.compound.keys()) if (!this.compound.has(key)) return false;
    return true;
  }

  hasAny(other: SetValue): boolean {
    const [less, more] = other.size < this.size ? [other, this] : [this, other];
    for (const member of less.plain) if (more.plain.has(member)) return true;
    for (const key of less.compound.keys()) if (more.compound.has(key)) return true;
    return false;
  }

  *[Symbol.iterator](): Generator<Value> {
    yield* this.plain;
    yield* this.compound.values();
  }
}

/** Cedar's `==`: values of different types are different, and nothing fails. */
export function isEqual(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object') return false;
  if (a instanceof EntityValue) return b instanceof EntityValue && a.equals(b);
  if (a instanceof SetValue) return b instanceof SetValue && a.size === b.size && a.hasAll(b);
  if (a instanceof ExtensionValue)
    return b instanceof ExtensionValue && a.typeName === b.typeName && a.key === b.key;
  return b instanceof RecordValue && canonicalKey(a) === canonicalKey(b);
}

/** The words of a type error. */
export function typeError(expected: string, value: Value): string {
  const kind = typeof value === 'object' ? value.constructor.name : typeof value;
  return `type error: expected ${expected}, got ${kind}`;
}

/** A text that two values share exactly when they are equal. */
export function canonicalKey(value: Value): string {
  switch (typeof value) {
    case 'boolean':
      return value ? 't' : 'f';
    case 'string':
      return `s${sized(value)}`;
    case 'object':
      return compoundKey(value);
    default:
      return `i${String(value)};`;
  }
}

function compoundKey(value: EntityValue | SetValue | RecordValue | ExtensionValue): string {
  if (value instanceof EntityValue) return `e${sized(value.type)}${sized(value.id)}`;
  if (value instanceof ExtensionValue) return `x${value.typeName}${sized(value.key)}`;
  if (value instanceof SetValue) return `[${[...value].map(canonicalKey).sort().join('')}]`;
  const members = [...value.names()].sort().map((name) => {
    const member = value.get(name);
    return member === undefined ? '' : sized(name) + canonicalKey(member);
  });
  return `{${members.join('')}}`;
}

function sized(text: string): string {
  return `${String(text.length)}:${text}`;
}
