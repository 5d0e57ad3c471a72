import type { AuthnFacts, EntityRef, GrantFacts, JsonObject } from '@sallyport/contracts';
import type { Pep } from '../registers/facts.ports.js';
import type { DecisionOutcome } from './decision-outcome.js';
import type { DescribedAction, Question } from './question.js';
import type { TokenWish } from './steps/issue-token.js';

/** Who asks, and under which request. */
export interface Asker {
  readonly pep: Pep;
  readonly requestId?: string | undefined;
}

/** One question of an enforcement point. */
export interface DecideInput extends Asker {
  readonly question: Question;
  readonly token?: TokenWish | undefined;
}

/** What would be decided, if. Nothing of it is recorded, issued or remembered. */
export interface PreviewInput {
  readonly tenantId: string;
  readonly subject: EntityRef;
  readonly action: DescribedAction;
  readonly resource: EntityRef;
  readonly context?: JsonObject;
  /** Where absent, the subject is taken to be where it was seen last. */
  readonly ip?: string;
  readonly deviceId?: string;
  readonly purpose?: string;
  /** How the subject would have proved itself; asserted when absent. */
  readonly authn?: AuthnFacts;
  /** Grants that are taken as live beside the real ones. */
  readonly extraGrants?: readonly GrantFacts[];
}

/** How a batch goes on after an item: AuthZEN §7.1.2.1. */
export type BatchSemantic = 'execute_all' | 'deny_on_first_deny' | 'permit_on_first_permit';

export interface BatchOutcome {
  readonly batchId: string;
  /** In the order of the questions; shorter where the semantic stopped early. */
  readonly outcomes: readonly DecisionOutcome[];
}
