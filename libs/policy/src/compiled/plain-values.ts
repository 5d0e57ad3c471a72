import type { Json, JsonObject } from '@sallyport/contracts';
import { isUnicode, MAX_JSON_DEPTH } from '../cedar-json.js';
import { escapeKey, unescapeKey } from '../key-names.js';
import { RecordValue, SetValue, type Value } from './value.js';

/**
 * A client's JSON as the language can hold it, by the rules of `plainCedarJson`: null, fractions, integers beyond ±2^53, text that is not Unicode and what lies
 * deeper than 32 levels are absent. Objects are read when they are asked; most of a request never is.
 */
export function plainValue(json: Json | undefined, depth: number): Value | undefined {
  switch (typeof json) {
    case 'boolean':
      return json;
    case 'string':
      return depth <= MAX_JSON_DEPTH && isUnicode(json) ? json : undefined;
    case 'number':
      return depth <= MAX_JSON_DEPTH && Number.isSafeInteger(json) ? json + 0 : undefined;
    case 'object':
      return json === null || depth > MAX_JSON_DEPTH ? undefined : compound(json, depth);
    default:
      return undefined;
  }
}

/** A member that was made from something else. Mostly no more than one of an object is asked for. */
interface Compound {
  readonly key: string;
  readonly value: Value;
}

/** A client's object; its keys are plain names whatever they are (`escapeKey`). */
export class PlainRecord extends RecordValue {
  private first: Compound | undefined = undefined;
  private others: Map<string, Value> | undefined = undefined;

  constructor(
    protected readonly json: JsonObject,
    private readonly depth = 0,
  ) {
    super();
  }

  override get(name: string): Value | undefined {
    const key = unescapeKey(name);
    const member = Object.hasOwn(this.json, key) ? this.json[key] : undefined;
    if (typeof member !== 'object') return plainValue(member, this.depth + 1);
    return this.known(key) ?? this.keep(key, plainValue(member, this.depth + 1));
  }

  override *names(): Generator<string> {
    for (const key of Object.keys(this.json)) {
      if (isUnicode(key) && plainValue(this.json[key], this.depth + 1) !== undefined)
        yield escapeKey(key);
    }
  }

  /** A member that was made from something else: policies that ask for the same one share it. */
  protected known(key: string): Value | undefined {
    if (this.first?.key === key) return this.first.value;
    return this.others?.get(key);
  }

  protected keep(key: string, value: Value | undefined): Value | undefined {
    if (value === undefined) return undefined;
    if (this.first === undefined) this.first = { key, value };
    else (this.others ??= new Map<string, Value>()).set(key, value);
    return value;
  }
}

/** Some properties in the place of others: what is there under a name hides what was there before, even if it is nothing the language can hold. */
export class OverlaidRecord extends RecordValue {
  private readonly above: PlainRecord;

  constructor(
    private readonly below: RecordValue,
    private readonly json: JsonObject,
  ) {
    super();
    this.above = new PlainRecord(json);
  }

  override get(name: string): Value | undefined {
    return this.hides(name) ? this.above.get(name) : this.below.get(name);
  }

  override *names(): Generator<string> {
    yield* this.above.names();
    for (const name of this.below.names()) if (!this.hides(name)) yield name;
  }

  private hides(name: string): boolean {
    return Object.hasOwn(this.json, unescapeKey(name));
  }
}

const EMPTY_SET = new SetValue([]);

function compound(json: JsonObject | readonly Json[], depth: number): Value {
  if (!isList(json)) return new PlainRecord(json, depth);
  if (json.length === 0) return EMPTY_SET;
  const members: Value[] = [];
  for (const item of json) {
    const member = plainValue(item, depth + 1);
    if (member !== undefined) members.push(member);
  }
  return new SetValue(members);
}

function isList(json: JsonObject | readonly Json[]): json is readonly Json[] {
  return Array.isArray(json);
}
