import type { Environment, Run } from './environment.js';
import { PolicyFault } from './fault.js';
import { asBoolean } from './operators.js';

/**
 * A condition of policies. Where several have it, it is looked at once for a question: what it said, or how it failed, is kept under the question's number, or
 * under the context's where it is about nothing else. Evaluations are synchronous, so no two are under way at a time.
 */
export class Condition {
  private uses = 0;
  private askedBy = 0;
  private outcome: boolean | PolicyFault = false;

  constructor(
    private readonly run: Run,
    private readonly isOfContext: boolean,
  ) {}

  /** One more policy has it. */
  use(): this {
    this.uses++;
    return this;
  }

  /** Throws `PolicyFault`. */
  holds(environment: Environment): boolean {
    const number = this.isOfContext ? environment.contextNumber : environment.number;
    if (this.askedBy !== number) return this.look(environment, number);
    return this.said();
  }

  private look(environment: Environment, number: number | undefined): boolean {
    const isAskedAgain = this.uses > 1 || (this.isOfContext && environment.isContextShared);
    if (!isAskedAgain || number === undefined) return asBoolean(this.run(environment));
    this.outcome = this.outcomeIn(environment);
    this.askedBy = number;
    return this.said();
  }

  private said(): boolean {
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
