import { DecimalValue, parseDecimal } from './decimal.js';
import { PolicyFault } from './fault.js';
import { IpValue, parseIp } from './ip.js';
import { divide } from './long.js';
import { DatetimeValue, DurationValue, parseDatetime, parseDuration } from './time.js';
import { ExtensionValue, typeError, type Value } from './value.js';

/** A function or method of Cedar's extensions; a method's receiver is its first argument. */
export interface ExtensionFunction {
  /** One or two types. Another number of arguments parses, and fails when it is evaluated. */
  readonly parameters: readonly ('String' | ExtensionValue['typeName'])[];
  /** Called with as many arguments as there are parameters (the second is ignored where there is one). Throws `PolicyFault`. */
  readonly apply: (first: Value, second: Value) => Value;
}

type Type<T> = abstract new (...parts: never[]) => T;

/** Every function of the extensions that Cedar ships, by its name. */
export const EXTENSION_FUNCTIONS: ReadonlyMap<string, ExtensionFunction> = new Map(
  Object.entries({
    decimal: constructor(parseDecimal),
    lessThan: both(DecimalValue, (a, b) => a.units < b.units),
    lessThanOrEqual: both(DecimalValue, (a, b) => a.units <= b.units),
    greaterThan: both(DecimalValue, (a, b) => a.units > b.units),
    greaterThanOrEqual: both(DecimalValue, (a, b) => a.units >= b.units),
    ip: constructor(parseIp),
    isIpv4: of(IpValue, (address) => address.isIpv4),
    isIpv6: of(IpValue, (address) => !address.isIpv4),
    isLoopback: of(IpValue, (address) => address.isLoopback),
    isMulticast: of(IpValue, (address) => address.isMulticast),
    isInRange: both(IpValue, (address, range) => address.isInRange(range)),
    datetime: constructor(parseDatetime),
    offset: pair(DatetimeValue, DurationValue, (moment, duration) => moment.offset(duration)),
    durationSince: both(DatetimeValue, (moment, earlier) => moment.durationSince(earlier)),
    toDate: of(DatetimeValue, (moment) => moment.toDate()),
    toTime: of(DatetimeValue, (moment) => moment.toTime()),
    duration: constructor(parseDuration),
    toMilliseconds: of(DurationValue, ({ ms }) => ms),
    toSeconds: of(DurationValue, ({ ms }) => divide(ms, 1000)),
    toMinutes: of(DurationValue, ({ ms }) => divide(ms, 60_000)),
    toHours: of(DurationValue, ({ ms }) => divide(ms, 3_600_000)),
    toDays: of(DurationValue, ({ ms }) => divide(ms, 86_400_000)),
  } satisfies Record<string, ExtensionFunction>),
);

function constructor(parse: (text: string) => Value): ExtensionFunction {
  return {
    parameters: ['String'],
    apply(text) {
      if (typeof text !== 'string') throw new PolicyFault(typeError('a string', text));
      return parse(text);
    },
  };
}

function of<T extends ExtensionValue>(
  type: Type<T>,
  apply: (value: T) => Value,
): ExtensionFunction {
  const name = nameOf(type);
  return { parameters: [name], apply: (value) => apply(asType<T>(name, value)) };
}

function both<T extends ExtensionValue>(
  type: Type<T>,
  apply: (first: T, second: T) => Value,
): ExtensionFunction {
  return pair(type, type, apply);
}

function pair<A extends ExtensionValue, B extends ExtensionValue>(
  first: Type<A>,
  second: Type<B>,
  apply: (first: A, second: B) => Value,
): ExtensionFunction {
  const names = [nameOf(first), nameOf(second)] as const;
  return {
    parameters: names,
    apply: (a, b) => apply(asType<A>(names[0], a), asType<B>(names[1], b)),
  };
}

type TypeName = ExtensionValue['typeName'];

// By name, not by class: a class that is not known where it is asked for costs several times as much.
function asType<T extends ExtensionValue>(name: TypeName, value: Value): T {
  if (value instanceof ExtensionValue && value.typeName === name) return value as T;
  throw new PolicyFault(typeError(`a ${name}`, value));
}

function nameOf(type: unknown): TypeName {
  if (type === DecimalValue) return 'decimal';
  if (type === IpValue) return 'ipaddr';
  return type === DatetimeValue ? 'datetime' : 'duration';
}
