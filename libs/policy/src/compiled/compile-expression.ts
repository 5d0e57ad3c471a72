import { type Expression, operation } from '../expression.js';
import { Condition } from './condition.js';
import type { Environment, Run } from './environment.js';
import { PolicyFault, UnsupportedFeatureError } from './fault.js';
import { decodeValue, QuestionFault, type TypeNames } from './literal.js';
import { type Compiled, planOf } from './plans.js';
import { canonicalKey, type EntityValue, type Value } from './value.js';

/** Compiles one expression by itself. Throws `UnsupportedFeatureError`; what it gives throws `PolicyFault`. */
export function compileExpression(
  expression: Expression,
  typeNames: TypeNames = (name) => name,
): Run {
  return new ExpressionCompiler(typeNames).compile(expression).run;
}

interface Node extends Compiled {
  /** Equal expressions have equal numbers. */
  readonly number: number;
}

/** What stands for a template's slots, by `?principal` and `?resource`. */
export type Slots = Readonly<Record<string, EntityValue>>;

/**
 * Compiles expressions of Cedar's JSON policy format to closures. Equal subexpressions, of whatever policies, share one closure: a large set's code would not
 * fit the processor's caches otherwise. No source text is generated. Call it on bounded depth only.
 */
export class ExpressionCompiler {
  private readonly nodes = new Map<string, Node>();
  private readonly conditions = new Map<number, Condition>();

  constructor(private readonly typeNames: TypeNames) {}

  /** Distinct subexpressions so far. */
  get size(): number {
    return this.nodes.size;
  }

  /** Throws `UnsupportedFeatureError`. */
  compile(expression: Expression, slots: Slots = {}): Compiled {
    return this.node(expression, slots);
  }

  /** The same for a policy's condition; policies with equal ones get one. */
  condition(expression: Expression, slots: Slots): Condition {
    const { number, run } = this.node(expression, slots);
    const condition = this.conditions.get(number) ?? new Condition(run);
    this.conditions.set(number, condition);
    return condition.use();
  }

  private node(expression: Expression, slots: Slots): Node {
    const [operator, body] = operation(expression);
    if (operator === 'Value') return this.literal(body);
    if (operator === 'Slot') return this.slot(String(body), slots);
    if (operator === 'Var') return this.intern(`V${String(body)}`, variable(String(body)));
    const plan = planOf(operator, body, this.typeNames);
    const operands = plan.operands.map((operand) => this.node(operand, slots));
    const key = `${operator}(${operands.map(({ number }) => number).join()})${plan.detail}`;
    const known = this.nodes.get(key);
    if (known !== undefined) return known;
    // What fails goes on failing when it is evaluated, not before.
    const isConstant = plan.isPure && operands.every(({ constant }) => constant !== undefined);
    const run = plan.build(operands);
    return this.intern(key, plan.isPure ? run : remembered(run), isConstant);
  }

  private literal(json: unknown): Node {
    try {
      return this.constant(decodeValue(json, this.typeNames));
    } catch (error) {
      if (error instanceof QuestionFault) throw new UnsupportedFeatureError(error.message);
      if (!(error instanceof PolicyFault)) throw error;
      return this.intern(`F${error.message}`, () => {
        throw error;
      });
    }
  }

  private slot(name: string, slots: Slots): Node {
    const value = slots[name];
    if (value === undefined) throw new UnsupportedFeatureError(`the unlinked slot ${name}`);
    return this.constant(value);
  }

  private constant(value: Value): Node {
    const key = `C${canonicalKey(value)}`;
    return this.nodes.get(key) ?? this.add(key, { run: () => value, constant: value });
  }

  private intern(key: string, run: Run, fold = false): Node {
    const known = this.nodes.get(key);
    if (known !== undefined) return known;
    const constant = fold ? outcomeOf(run) : undefined;
    if (constant === undefined) return this.add(key, { run, constant });
    const node = this.constant(constant);
    this.nodes.set(key, node);
    return node;
  }

  private add(key: string, compiled: Compiled): Node {
    const node = { ...compiled, number: this.nodes.size };
    this.nodes.set(key, node);
    return node;
  }
}

/** What was read from the question or its entities is not read again for the same question, whichever policies ask. A failure is. */
function remembered(run: Run): Run {
  let askedBy = 0;
  let read: Value = false;
  return (environment) => {
    const { number } = environment;
    if (number === askedBy) return read;
    const value = run(environment);
    if (number === undefined) return value;
    read = value;
    askedBy = number;
    return value;
  };
}

function outcomeOf(run: Run): Value | undefined {
  try {
    return run(NOTHING);
  } catch (error) {
    if (error instanceof PolicyFault) return undefined;
    throw error;
  }
}

// INVARIANT: only operators that never look at it are run with it (`isPure`).
const NOTHING = {} as Environment;

function variable(name: string): Run {
  switch (name) {
    case 'principal':
      return ({ principal }) => principal;
    case 'action':
      return ({ action }) => action;
    case 'resource':
      return ({ resource }) => resource;
    case 'context':
      return ({ context }) => context;
    default:
      throw new UnsupportedFeatureError(`the variable ${name}`);
  }
}
