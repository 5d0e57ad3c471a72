import type { Expression } from '../expression.js';
import {
  getAttribute,
  getContextAttribute,
  getTag,
  hasAttribute,
  hasContextAttribute,
  hasTag,
  isIn,
  isInOneOf,
  isOfType,
} from './entity-operators.js';
import type { Run } from './environment.js';
import { EXTENSION_FUNCTIONS } from './extension-functions.js';
import { PolicyFault, UnsupportedFeatureError } from './fault.js';
import { likeMatcher, type Pattern } from './like.js';
import type { TypeNames } from './literal.js';
import { and, asText, BINARY, choose, or, UNARY } from './operators.js';
import { EntityValue, isEqual, MapRecord, SetValue, type Value } from './value.js';

/** What a compiled expression is, beside the code. */
export interface Compiled {
  readonly run: Run;
  /** Where nothing of the question can change it. */
  readonly constant: Value | undefined;
}

/** How a node is compiled, once its operands are. */
export interface Plan {
  readonly operands: readonly Expression[];
  /** What beside the operands makes two nodes of one operator different. */
  readonly detail: string;
  readonly build: (operands: readonly Compiled[]) => Run;
  /** Whether it looks at nothing but its operands. */
  readonly isPure: boolean;
}

interface Pair {
  readonly left: Expression;
  readonly right: Expression;
}

/** The plan of a node of Cedar's JSON policy format. Throws `UnsupportedFeatureError` for an operator that there is not. */
export function planOf(operator: string, body: unknown, typeNames: TypeNames): Plan {
  if (Array.isArray(body)) return listPlan(operator, body as Expression[]);
  const unary = UNARY.get(operator);
  if (unary !== undefined) {
    const { arg } = body as { arg: Expression };
    return pure([arg], ([operand]) => unaryRun(unary, runOf(operand)));
  }
  if (BINARY.has(operator) || JOINING.has(operator)) return binaryPlan(operator, body as Pair);
  const plan = SPECIAL.get(operator);
  if (plan === undefined) throw new UnsupportedFeatureError(`the operator ${operator}`);
  return plan(body, typeNames);
}

const SPECIAL: ReadonlyMap<string, (body: unknown, typeNames: TypeNames) => Plan> = new Map(
  Object.entries({
    '.': (body) => {
      const { left, attr } = body as { left: Expression; attr: string };
      const build = left['Var'] === 'context' ? getContextAttribute : getAttribute;
      return impure([left], (run) => build(run, attr), JSON.stringify(attr));
    },
    has: (body) => {
      const { left, attr } = body as { left: Expression; attr: string | readonly string[] };
      const path = typeof attr === 'string' ? [attr] : attr;
      const build = left['Var'] === 'context' ? hasContextAttribute : hasAttribute;
      return impure([left], (run) => build(run, path), JSON.stringify(path));
    },
    like: (body) => {
      const { left, pattern } = body as { left: Expression; pattern: Pattern };
      const matches = likeMatcher(pattern);
      return pure([left], ([text]) => likeRun(runOf(text), matches), JSON.stringify(pattern));
    },
    is: (body, typeNames) => {
      const {
        left,
        entity_type: type,
        in: above,
      } = body as {
        left: Expression;
        entity_type: string;
        in?: Expression;
      };
      const isType = { is: { left, entity_type: type } };
      if (above !== undefined)
        return binaryPlan('&&', { left: isType, right: { in: { left, right: above } } });
      return pure([left], ([value]) => isOfType(runOf(value), typeNames(type)), type);
    },
    'if-then-else': (body) => {
      const {
        if: condition,
        then,
        else: otherwise,
      } = body as Record<'if' | 'then' | 'else', Expression>;
      return pure([condition, then, otherwise], ([test, yes, no]) =>
        choose(runOf(test), runOf(yes), runOf(no)),
      );
    },
    Record: (body) => {
      const members = Object.entries(body as Record<string, Expression>);
      const names = members.map(([name]) => name);
      const build = (values: readonly Compiled[]) => recordRun(names, values.map(runOf));
      return pure(
        members.map(([, member]) => member),
        build,
        JSON.stringify(names),
      );
    },
  } satisfies Record<string, (body: unknown, typeNames: TypeNames) => Plan>),
);

const JOINING: ReadonlyMap<string, (left: Compiled, right: Compiled) => Run> = new Map([
  ['&&', (left, right) => and(left.run, right.run)],
  ['||', (left, right) => or(left.run, right.run)],
  ['in', inRun],
  ['getTag', (left, right) => getTag(left.run, right.run)],
  ['hasTag', (left, right) => hasTag(left.run, right.run)],
]);
const LOOKING = new Set(['in', 'getTag', 'hasTag']);

function binaryPlan(operator: string, { left, right }: Pair): Plan {
  const isPure = !LOOKING.has(operator);
  const join = JOINING.get(operator);
  const apply = BINARY.get(operator);
  const build = ([first, second]: readonly Compiled[]) => {
    if (first === undefined || second === undefined)
      throw new Error(`${operator} lacks an operand`);
    if (join !== undefined) return join(first, second);
    return binaryRun(operator, apply ?? isEqual, first, second);
  };
  return { operands: [left, right], detail: '', build, isPure };
}

function listPlan(operator: string, operands: readonly Expression[]): Plan {
  if (operator === 'Set') return pure(operands, (members) => setRun(members.map(runOf)));
  const called = EXTENSION_FUNCTIONS.get(operator);
  if (called === undefined) throw new UnsupportedFeatureError(`the function ${operator}`);
  const { parameters, apply } = called;
  return pure(operands, (args) => {
    const [first, second = first] = args.map(runOf);
    if (args.length !== parameters.length || first === undefined || second === undefined)
      return () => {
        throw new PolicyFault(`${operator} takes ${String(parameters.length)} arguments`);
      };
    if (args.length === 2) return (environment) => apply(first(environment), second(environment));
    return (environment) => {
      const value = first(environment);
      return apply(value, value);
    };
  });
}

function binaryRun(
  operator: string,
  apply: (left: Value, right: Value) => Value,
  first: Compiled,
  second: Compiled,
): Run {
  const [left, right] = [first.run, second.run];
  const { constant } = second;
  if (operator === '==' && constant !== undefined && typeof constant !== 'object')
    return (environment) => left(environment) === constant;
  if (operator === '!=' && constant !== undefined && typeof constant !== 'object')
    return (environment) => left(environment) !== constant;
  if (operator === 'contains' && first.constant instanceof SetValue) {
    const set = first.constant;
    return (environment) => set.has(right(environment));
  }
  return (environment) => apply(left(environment), right(environment));
}

function inRun(left: Compiled, right: Compiled): Run {
  const set = right.constant;
  if (!(set instanceof SetValue)) return isIn(left.run, right.run);
  const members = [...set];
  const entities = members.filter((member) => member instanceof EntityValue);
  return entities.length === members.length
    ? isInOneOf(left.run, entities)
    : isIn(left.run, right.run);
}

function unaryRun(apply: (operand: Value) => Value, operand: Run): Run {
  return (environment) => apply(operand(environment));
}

function likeRun(text: Run, matches: (text: string) => boolean): Run {
  return (environment) => matches(asText(text(environment)));
}

function setRun(members: readonly Run[]): Run {
  return (environment) => new SetValue(members.map((member) => member(environment)));
}

function recordRun(names: readonly string[], members: readonly Run[]): Run {
  return (environment) => {
    const values = new Map<string, Value>();
    members.forEach((member, at) => values.set(names[at] ?? '', member(environment)));
    return new MapRecord(values);
  };
}

function runOf(compiled: Compiled | undefined): Run {
  if (compiled === undefined) throw new Error('an operand is missing');
  return compiled.run;
}

function pure(operands: readonly Expression[], build: Plan['build'], detail = ''): Plan {
  return { operands, detail, build, isPure: true };
}

function impure(operands: readonly Expression[], build: (run: Run) => Run, detail: string): Plan {
  return { operands, detail, build: ([operand]) => build(runOf(operand)), isPure: false };
}
