import type { Environment, Run } from './environment.js';
import { PolicyFault } from './fault.js';
import { asBoolean } from './operators.js';

/**
 * A condition of policies. Where several have it, one evaluation of a set looks at it once: what it said, or how it failed, is kept under the number of the
 * evaluation. Evaluations are synchronous, so no two are under way at a time.
 */
export class Condition {
  private uses = 0;
  private evaluation = 0;
  private outcome: boolean | PolicyFault = false;

  constructor(private readonly run: Run) {}

  /** One more policy has it. */
  use(): this {
    this.uses++;
    return this;
  }

  /** `evaluation`: a number that stands for this environment and no other one. Throws `PolicyFault`. */
  holds(environment: Environment, evaluation?: number): boolean {
    if (this.uses === 1 || evaluation === undefined) return asBoolean(this.run(environment));
    if (this.evaluation !== evaluation) {
      this.outcome = this.outcomeIn(environment);
      this.evaluation = evaluation;
    }
    if (this.outcome instanceof PolicyFault) throw this.outcome;
    return this.outcome;
  }

  private outcomeIn(environment: Environment): boolean | PolicyFault {
    try {
      return asBoolean(this.run(environment));
    } catch (error) {
      if (error instanceof PolicyFault) return error;
      throw error;
    }
  }
}
