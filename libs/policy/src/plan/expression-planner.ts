import { RESOURCE_ID } from '@sallyport/contracts';
import type { ExpressionCompiler } from '../compiled/compile-expression.js';
import type { EntitySource, Environment } from '../compiled/environment.js';
import { PolicyFault } from '../compiled/fault.js';
import { valueToExpression } from '../compiled/to-expression.js';
import { EntityValue, type Value } from '../compiled/value.js';
import {
  attributeNames,
  type Expression,
  operands,
  operation,
  withOperands,
} from '../expression.js';
import { cedarTypeName } from './cedar-type-name.js';
import { and, negate } from './conditions.js';
import { anyCase, truthOf } from './cases.js';
import { equality } from './field-comparisons.js';
import { compareFields } from './field-operators.js';
import {
  anyOf,
  both,
  type Case,
  type Cases,
  casesOf,
  choice,
  either,
  guarded,
  inCases,
  known,
  NEVER,
  not,
  type Operand,
  type Truth,
  whether,
} from './operands.js';
import { PlanRefusal, refuseExpression } from './plan-refusal.js';
import type { RowHierarchy } from './row-hierarchy.js';
import type { RowShape } from './row-shape.js';

export interface PlannerParts {
  readonly rows: RowShape;
  readonly hierarchy: RowHierarchy;
  readonly entities: EntitySource;
  readonly compiler: ExpressionCompiler;
}

type Pair = Readonly<Record<'left' | 'right', Expression>>;
// An operator on operands of many cases each.
const MAX_CASES = 64;

/** Turns what is left of a policy, once all that is known was worked out, into tests of a row. Throws `PlanRefusal` and `FilterTooLarge`. */
export class ExpressionPlanner {
  constructor(private readonly parts: PlannerParts) {}

  /** When a condition holds; a value that is no boolean is a failure. */
  truth(expression: Expression): Truth {
    const [operator, body] = operation(expression);
    switch (operator) {
      case '&&':
        return both(...this.pair(body));
      case '||':
        return either(...this.pair(body));
      case '!':
        return not(this.truth((body as { readonly arg: Expression }).arg));
      case 'if-then-else': {
        const { if: test, then, else: otherwise } = body as Branches;
        return choice(this.truth(test), this.truth(then), this.truth(otherwise));
      }
      default:
        return anyOf(this.cases(expression).map(truthOf));
    }
  }

  private pair(body: unknown): [Truth, Truth] {
    const { left, right } = body as Pair;
    return [this.truth(left), this.truth(right)];
  }

  private cases(expression: Expression): Cases {
    const [operator, body] = operation(expression);
    switch (operator) {
      case '&&':
      case '||':
      case '!':
        return casesOf(this.truth(expression));
      case 'if-then-else': {
        const { if: test, then, else: otherwise } = body as Branches;
        const { yes, no } = this.truth(test);
        return [...guarded(yes, this.cases(then)), ...guarded(no, this.cases(otherwise))];
      }
      case 'Var':
        return body === 'resource' ? this.parts.rows.resource() : this.computed(expression);
      default:
        return this.strict(expression);
    }
  }

  /** Every operand is evaluated: where one fails, so does the whole. */
  private strict(expression: Expression): Cases {
    const parts = operands(expression);
    let combined: { readonly when: Case['when']; readonly operands: readonly Operand[] }[] = [
      { when: true, operands: [] },
    ];
    for (const cases of parts.map((part) => this.cases(part))) {
      combined = combined
        .flatMap(({ when, operands: before }) =>
          cases.map((one) => ({ when: and(when, one.when), operands: [...before, one.operand] })),
        )
        .filter(({ when }) => when !== false);
      if (combined.length > MAX_CASES) refuseExpression(expression, 'it has too many cases');
    }
    return combined.flatMap(({ when, operands: given }) =>
      guarded(when, this.apply(expression, given)),
    );
  }

  private apply(expression: Expression, given: readonly Operand[]): Cases {
    const [first] = given;
    if (first !== undefined && ('.' in expression || 'has' in expression)) {
      const seen = this.lookAt(expression, first, attributeNames(expression));
      if (seen !== undefined) return seen;
    }
    const values = given.flatMap((operand) => (operand.kind === 'value' ? [operand.value] : []));
    if (values.length === given.length) return this.computed(expression, values);
    try {
      return casesOf(compareFields(expression, given, this.parts.hierarchy));
    } catch (error) {
      if (error instanceof PlanRefusal && error.expression === undefined)
        refuseExpression(expression, error.why);
      throw error;
    }
  }

  /** An attribute, or whether there is one; undefined where the engine knows. */
  private lookAt(
    expression: Expression,
    operand: Operand,
    [name = '', ...path]: readonly string[],
  ): Cases | undefined {
    if (operand.kind === 'value') {
      const { value } = operand;
      const mayBeRow = value instanceof EntityValue && value.type === this.parts.rows.type;
      return mayBeRow ? this.lookAtNamed(expression, value, [name, ...path]) : undefined;
    }
    if (operand.set || operand.type !== 'entity') return NEVER;
    if (operand.name !== RESOURCE_ID)
      refuseExpression(expression, 'it looks into what a field names');
    const attribute = this.parts.rows.attribute(name);
    if (attribute === undefined) refuseExpression(expression, 'the table has no such column');
    if (!('has' in expression)) return attribute;
    if (path.length > 0) return this.lookDeeper(expression, attribute, path);
    return casesOf(whether(anyCase(attribute)));
  }

  /** `has a.b`: false without `a`, and a failure where `a` is no record. */
  private lookDeeper(expression: Expression, attribute: Cases, path: readonly string[]): Cases {
    const body = expression['has'] as { readonly left: Expression };
    const deeper: Expression = { has: { ...body, attr: path } };
    const inner = attribute.flatMap(({ when, operand }) =>
      guarded(when, this.apply(deeper, [operand])),
    );
    return inCases([
      { when: negate(anyCase(attribute)), operand: { kind: 'value', value: false } },
      ...inner,
    ]);
  }

  /** An entity that policies name, and that may be the row itself: then it holds what the row says. */
  private lookAtNamed(expression: Expression, value: EntityValue, path: readonly string[]): Cases {
    const [resource] = this.parts.rows.resource();
    if (resource === undefined) return NEVER;
    const { yes, no } = equality(resource.operand, { kind: 'value', value });
    const asRow = this.lookAt(expression, resource.operand, path) ?? NEVER;
    return [...guarded(yes, asRow), ...guarded(no, this.computed(expression, [value]))];
  }

  /** By the compiled engine. */
  private computed(expression: Expression, values: readonly Value[] = []): Cases {
    const literal = withOperands(
      expression,
      values.map((value) => valueToExpression(value, cedarTypeName)),
    );
    try {
      const environment = { entities: this.parts.entities } as Environment;
      return known(this.parts.compiler.compile(literal).run(environment));
    } catch (error) {
      if (error instanceof PolicyFault) return NEVER;
      throw error;
    }
  }
}

type Branches = Readonly<Record<'if' | 'then' | 'else', Expression>>;
