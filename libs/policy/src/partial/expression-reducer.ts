import type { ExpressionCompiler, Slots } from '../compiled/compile-expression.js';
import { PolicyFault } from '../compiled/fault.js';
import { valueToExpression } from '../compiled/to-expression.js';
import { EntityValue, RecordValue, SetValue, type Value } from '../compiled/value.js';
import { type Expression, operands, operation, withOperands } from '../expression.js';
import { isBoolean, isReflexive, isSafe } from './certainty.js';
import {
  isAncestryOpen,
  isOpen,
  literalEnvironment,
  type PartialQuestion,
  spellingOf,
  typeOf,
  variableOf,
} from './partial-question.js';
import { ALWAYS_FAULTY, fault, known, type Reduction, residual } from './reduction.js';

type Pair = Readonly<Record<'left' | 'right', Expression>>;

/**
 * Works out of an expression all that does not depend on what is unknown. Whatever the unknown turns out to be, the result does what the expression does: the
 * same value, or a failure where it fails. Known operands are computed by the compiled engine itself.
 */
export class ExpressionReducer {
  constructor(
    private readonly question: PartialQuestion,
    private readonly compiler: ExpressionCompiler,
    private readonly slots: Slots,
  ) {}

  reduce(expression: Expression): Reduction {
    const [operator, body] = operation(expression);
    switch (operator) {
      case 'Value':
      case 'Slot':
        return this.compute(expression);
      case 'Var':
        return this.variable(String(body));
      case '&&':
      case '||':
        return this.connective(operator, body as Pair);
      case 'if-then-else':
        return this.choice(body as Readonly<Record<'if' | 'then' | 'else', Expression>>);
      case 'is':
        return this.isType(expression);
      default:
        return this.strict(expression);
    }
  }

  private variable(name: string): Reduction {
    const value = name === 'context' ? this.question.context : variableOf(this.question, name);
    return value === undefined ? residual({ Var: name }) : known(value);
  }

  /** Short-circuits as the language does; what stands on the right counts only where the left one lets it. */
  private connective(operator: '&&' | '||', { left, right }: Pair): Reduction {
    const decisive = operator === '||';
    const first = this.condition(left);
    if (first.kind === 'fault') return first;
    if (first.kind === 'known') return first.value === decisive ? first : this.condition(right);
    const second = this.reduce(right);
    if (second.kind === 'known' && isBoolean(first.expression)) {
      if (second.value === !decisive) return first;
      if (second.value === decisive && isSafe(first.expression)) return second;
    }
    return residual({ [operator]: { left: first.expression, right: this.expressionOf(second) } });
  }

  private choice({
    if: test,
    then,
    else: otherwise,
  }: Readonly<Record<'if' | 'then' | 'else', Expression>>): Reduction {
    const condition = this.condition(test);
    if (condition.kind === 'fault') return condition;
    if (condition.kind === 'known') return this.reduce(condition.value === true ? then : otherwise);
    const [yes, no] = [this.reduce(then), this.reduce(otherwise)];
    if (yes.kind === 'fault' && no.kind === 'fault') return yes;
    return residual({
      'if-then-else': {
        if: condition.expression,
        then: this.expressionOf(yes),
        else: this.expressionOf(no),
      },
    });
  }

  /** An expression where a boolean must stand: its value is one, or it fails; a residual stays checked where its type is open. */
  condition(expression: Expression): Reduction {
    const reduced = this.reduce(expression);
    if (reduced.kind === 'known' && typeof reduced.value !== 'boolean')
      return fault('type error: expected a boolean');
    if (reduced.kind !== 'residual' || isBoolean(reduced.expression)) return reduced;
    return residual({ '&&': { left: { Value: true }, right: reduced.expression } });
  }

  private isType(expression: Expression): Reduction {
    const {
      left,
      entity_type: type,
      in: above,
    } = expression['is'] as Readonly<Record<'left' | 'in', Expression | undefined>> & {
      readonly entity_type: string;
    };
    const operand = left ?? ALWAYS_FAULTY;
    if (above !== undefined)
      return this.connective('&&', {
        left: { is: { left: operand, entity_type: type } },
        right: { in: { left: operand, right: above } },
      });
    const expected = typeOf(this.question, operand['Var']);
    return expected === undefined
      ? this.strict(expression)
      : known(expected === spellingOf(this.question).read(type));
  }

  /** Operators that evaluate every operand: one that fails is a failure of the whole. */
  private strict(expression: Expression): Reduction {
    const reduced = operands(expression).map((operand) => this.reduce(operand));
    const failed = reduced.find(({ kind }) => kind === 'fault');
    if (failed !== undefined) return failed;
    const rest = withOperands(
      expression,
      reduced.map((one) => this.expressionOf(one)),
    );
    const values = reduced.flatMap((one) => (one.kind === 'known' ? [one.value] : []));
    const isKnown = values.length === reduced.length && this.isDetermined(expression, values);
    if (isKnown) return this.compute(rest);
    return this.byTypes(rest) ?? (isReflexive(expression, values) ? known(true) : residual(rest));
  }

  /** Whether known operands are all that the operator looks at. */
  private isDetermined(expression: Expression, [first, second]: readonly Value[]): boolean {
    const [operator, body] = operation(expression);
    switch (operator) {
      case '.':
        return !(first instanceof EntityValue && isOpen(this.question, first));
      case 'has':
        return !this.meetsOpen(first, [(body as { readonly attr: string | string[] }).attr].flat());
      case 'getTag':
      case 'hasTag':
        return !(first instanceof EntityValue && isOpen(this.question, first));
      case 'in':
        return !this.isUndecided(first, second);
      default:
        return true;
    }
  }

  /** Whether it depends on an open hierarchy if an entity is within others. With what is neither, the operator fails in any hierarchy. */
  private isUndecided(entity: Value | undefined, above: Value | undefined): boolean {
    const others = above instanceof SetValue ? [...above] : [above];
    const isAsked = others.length > 0 && others.every((other) => other instanceof EntityValue);
    return entity instanceof EntityValue && isAsked && isAncestryOpen(this.question, entity);
  }

  /** Whether a path of attributes leads through an open entity. */
  private meetsOpen(start: Value | undefined, path: readonly string[]): boolean {
    let value = start;
    for (const name of path) {
      if (value instanceof EntityValue && isOpen(this.question, value)) return true;
      const record =
        value instanceof EntityValue ? this.question.entities.attributesOf(value) : value;
      value = record instanceof RecordValue ? record.get(name) : undefined;
    }
    return false;
  }

  /** An entity of one type is none of another, whichever it is. */
  private byTypes(expression: Expression): Reduction | undefined {
    const [operator, body] = operation(expression);
    if (operator !== '==' && operator !== '!=') return undefined;
    const { left, right } = body as Pair;
    const types = [left, right].map((side) => this.literalType(side));
    const [one, other] = types;
    return one === undefined || other === undefined || one === other
      ? undefined
      : known(operator === '!=');
  }

  /** The entity type of a variable or a literal; empty for what is no entity; undefined where it is open. */
  private literalType(expression: Expression): string | undefined {
    const [operator, body] = operation(expression);
    if (operator === 'Var') return body === 'context' ? '' : typeOf(this.question, body);
    if (operator !== 'Value') return undefined;
    const entity = (body as { readonly __entity?: { readonly type: string } } | null)?.__entity;
    return entity === undefined ? '' : spellingOf(this.question).read(entity.type);
  }

  /** What a reduction is as an expression. */
  private expressionOf(reduction: Reduction): Expression {
    switch (reduction.kind) {
      case 'known':
        return valueToExpression(reduction.value, spellingOf(this.question).write);
      case 'fault':
        return ALWAYS_FAULTY;
      case 'residual':
        return reduction.expression;
    }
  }

  /** By the compiled engine. The expression has no variables. */
  private compute(expression: Expression): Reduction {
    const { run } = this.compiler.compile(expression, this.slots);
    try {
      return known(run(literalEnvironment(this.question)));
    } catch (error) {
      if (error instanceof PolicyFault) return { kind: 'fault', fault: error };
      throw error;
    }
  }
}
