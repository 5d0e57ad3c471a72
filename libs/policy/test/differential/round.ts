/** A value of Cedar's JSON; a bigint is an integer that a double would round. */
export type CedarJson =
  null | boolean | number | bigint | string | readonly CedarJson[] | CedarObject;
export type CedarObject = { readonly [name: string]: CedarJson };

/** An expression, condition or policy in Cedar's JSON policy format. */
export type Expr = CedarObject;

export interface Uid {
  readonly type: string;
  readonly id: string;
}

/** An entity's name where JSON may write it either way. */
export type UidJson = Uid | { readonly __entity: Uid };

export interface PolicySource {
  readonly id: string;
  readonly json: CedarObject;
}

export interface Link {
  readonly templateId: string;
  readonly newId: string;
  readonly values: Readonly<Record<string, Uid>>;
}

export interface Entity {
  readonly uid: UidJson;
  readonly attrs: CedarObject;
  readonly parents: readonly UidJson[];
  readonly tags?: CedarObject;
}

export interface Question {
  readonly principal: Uid;
  readonly action: Uid;
  readonly resource: Uid;
  readonly context: CedarObject;
  /** Only meaningful in a round with a schema. */
  readonly validateRequest: boolean;
}

/** One policy set and entity store, and the questions that are put to them. A question judged by both engines is one case. */
export interface Round {
  /** Cedar's JSON schema format. */
  readonly schema?: CedarObject;
  readonly policies: readonly PolicySource[];
  readonly templates: readonly PolicySource[];
  readonly links: readonly Link[];
  readonly entities: readonly Entity[];
  readonly questions: readonly Question[];
}

/** What an engine says to one question: an answer, that it takes no such input, or nothing. */
export type Verdict =
  | {
      readonly decision: 'allow' | 'deny';
      /** Determining policies, sorted. */
      readonly reason: readonly string[];
      /** Erroring policies, sorted by id. */
      readonly errors: readonly { readonly policyId: string; readonly message: string }[];
    }
  | { readonly failure: string }
  /** It threw, which no input may make it do. */
  | { readonly crash: string };

const BIG = '$integer';

/** A round as text that keeps every digit of its integers. */
export function roundToText(round: unknown): string {
  const text = JSON.stringify(
    round,
    (_, value: unknown) => (typeof value === 'bigint' ? { [BIG]: String(value) } : value),
    2,
  );
  return `${text}\n`;
}

/** The inverse of `roundToText`. */
export function roundFromText(text: string): Round {
  return revive(JSON.parse(text)) as unknown as Round;
}

function revive(value: CedarJson): CedarJson {
  if (typeof value !== 'object' || value === null) return value;
  if (isList(value)) return value.map(revive);
  const digits = Object.hasOwn(value, BIG) ? value[BIG] : undefined;
  if (typeof digits === 'string') return BigInt(digits);
  return record(Object.entries(value).map(([name, member]) => [name, revive(member)]));
}

/** An object with these members as its own, whatever their names (`__proto__` too). */
export function record<T>(members: Iterable<readonly [string, T]>): Record<string, T> {
  return Object.fromEntries(members) as Record<string, T>;
}

export function isList(value: unknown): value is readonly CedarJson[] {
  return Array.isArray(value);
}

export function isRecord(value: unknown): value is CedarObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
