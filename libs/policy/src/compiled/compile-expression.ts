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
  readonly reads: Reads;
}

/** How much of a question an expression looks at. `members`: the context or a member of it, on and on; `context`: what follows from such members alone. */
type Reads = 'nothing' | 'members' | 'context' | 'question';

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
    const { number, run, reads } = this.node(expression, slots);
    const condition = this.conditions.get(number) ?? new Condition(run, reads !== 'question');
    this.conditions.set(number, condition);
    return condition.use();
  }

  private node(expression: Expression, slots: Slots): Node {
    const [operator, body] = operation(expression);
    if (operator === 'Value') return this.literal(body);
    if (operator === 'Slot') return this.slot(String(body), slots);
    if (operator === 'Var') return this.variable(String(body));
    const plan = planOf(operator, body, this.typeNames);
    const operands = plan.operands.map((operand) => this.node(operand, slots));
    const key = `${operator}(${operands.map(({ number }) => number).join()})${plan.detail}`;
    const known = this.nodes.get(key);
    if (known !== undefined) return known;
    // What fails goes on failing when it is evaluated, not before.
    const isConstant = plan.isPure && operands.every(({ constant }) => constant !== undefined);
    const run = plan.build(operands);
    const reads = readBy(operator, plan.isPure, operands);
    if (plan.isPure) return this.intern(key, run, reads, isConstant);
    return this.intern(key, remembered(run, reads !== 'question'), reads);
  }

  private variable(name: string): Node {
    return this.intern(`V${name}`, variable(name), name === 'context' ? 'members' : 'question');
  }

  private literal(json: unknown): Node {
    try {
      return this.constant(decodeValue(json, this.typeNames));
    } catch (error) {
      if (error instanceof QuestionFault) throw new UnsupportedFeatureError(error.message);
      if (!(error instanceof PolicyFault)) throw error;
      const fail = () => {
        throw error;
      };
      return this.intern(`F${error.message}`, fail, 'nothing');
    }
  }

  private slot(name: string, slots: Slots): Node {
    const value = slots[name];
    if (value === undefined) throw new UnsupportedFeatureError(`the unlinked slot ${name}`);
    return this.constant(value);
  }

  private constant(value: Value): Node {
    const key = `C${canonicalKey(value)}`;
    return (
      this.nodes.get(key) ?? this.add(key, { run: () => value, constant: value, reads: 'nothing' })
    );
  }

  private intern(key: string, run: Run, reads: Reads, fold = false): Node {
    const known = this.nodes.get(key);
    if (known !== undefined) return known;
    const constant = fold ? outcomeOf(run) : undefined;
    if (constant === undefined) return this.add(key, { run, constant, reads });
    const node = this.constant(constant);
    this.nodes.set(key, node);
    return node;
  }

  private add(key: string, compiled: Omit<Node, 'number'>): Node {
    const node = { ...compiled, number: this.nodes.size };
    this.nodes.set(key, node);
    return node;
  }
}

function readBy(operator: string, isPure: boolean, operands: readonly Node[]): Reads {
  const [operand] = operands;
  // Its members are no entities: whatever else may be one is looked up among the question's.
  if (operand?.reads === 'members' && operator === '.') return 'members';
  if (operand?.reads === 'members' && operator === 'has') return 'context';
  if (!isPure || operands.some(({ reads }) => reads === 'question')) return 'question';
  return operands.every(({ reads }) => reads === 'nothing') ? 'nothing' : 'context';
}

/**
 * What was read from the question or its entities is not read again for the same question, nor what was read from the context alone for the same context,
 * whichever policies ask. A failure is.
 */
function remembered(run: Run, isOfContext: boolean): Run {
  let askedBy = 0;
  let read: Value = false;
  return (environment) => {
    const number = isOfContext ? environment.contextNumber : environment.number;
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
