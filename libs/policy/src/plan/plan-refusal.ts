import type { Expression } from '../expression.js';
import { expressionText } from './expression-text.js';

/** Something that a filter can't say. Nothing is ever left out instead. */
export class PlanRefusal extends Error {
  override readonly name = 'PlanRefusal';

  constructor(
    readonly why: string,
    readonly expression?: string,
    readonly policy?: string,
  ) {
    const where = policy === undefined ? '' : `policy ${policy}: `;
    super(`${where}${expression === undefined ? '' : `${expression}: `}${why}`);
  }

  inPolicy(policy: string): PlanRefusal {
    return new PlanRefusal(this.why, this.expression, policy);
  }
}

/** Thrown where an expression is at hand. */
export function refuseExpression(expression: Expression, why: string): never {
  throw new PlanRefusal(why, expressionText(expression));
}
