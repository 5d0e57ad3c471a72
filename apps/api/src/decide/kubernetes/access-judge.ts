import { reasonSentence } from '@sallyport/contracts';
import { accessQuestion, ReviewFault } from '@sallyport/policy';
import { BrokerError } from '../../platform/errors.js';
import type { FaultReporter } from '../../platform/fault-reporter.js';
import type { FactsRegister, Pep } from '../../registers/facts.ports.js';
import type { DecideService } from '../decide.service.js';
import type { DecisionOutcome } from '../decision-outcome.js';
import { inputOf } from './cluster-pep.js';
import { denialText, findingsOf } from './policy-findings.js';

/** SubjectAccessReviewStatus of authorization.k8s.io. Never allowed and denied at once. */
export interface AccessAnswer {
  readonly allowed: boolean;
  /** Ends the matter; without it the next authorizer of the API server decides. */
  readonly denied?: true;
  readonly reason?: string;
  readonly evaluationError?: string;
}

export interface AccessAsked {
  readonly pep: Pep;
  readonly requestId: string;
  readonly spec: unknown;
  readonly version: 'v1' | 'v1beta1';
}

export interface JudgedAccess {
  readonly answer: AccessAnswer;
  readonly decisionId?: string;
}

/** Judges subject access reviews (protocols.md §6.2). Always an answer. */
export class AccessJudge {
  constructor(
    private readonly decide: DecideService,
    private readonly facts: FactsRegister,
    private readonly faults: FaultReporter,
  ) {}

  async judge({ pep, requestId, spec, version }: AccessAsked): Promise<JudgedAccess> {
    try {
      const question = accessQuestion(spec, version);
      const outcome = await this.decide.decide(inputOf(pep, requestId, question));
      const findings = findingsOf(outcome, this.facts.tenant(pep.tenantId));
      const why = `${denialText(outcome, findings)} Decision ${outcome.decisionId}.`;
      return { answer: answerOf(pep, outcome, why), decisionId: outcome.decisionId };
    } catch (error) {
      return { answer: this.failed(pep, error) };
    }
  }

  private failed(pep: Pep, error: unknown): AccessAnswer {
    const evaluationError = error instanceof ReviewFault ? `${error.message}.` : this.toldOf(error);
    return { ...noPermit(pep), evaluationError };
  }

  private toldOf(error: unknown): string {
    if (error instanceof BrokerError && error.reason !== undefined)
      return reasonSentence(error.reason);
    this.faults.report('access-review-failed', error);
    return reasonSentence('broker-error');
  }
}

/**
 * An enforcement point that only observes has no opinion, whatever was judged: a permit of this door gives access, where in others it
 * only lets pass.
 */
function answerOf(pep: Pep, { permitted, reasons, decisionId }: DecisionOutcome, why: string) {
  if (pep.mode === 'enforce')
    return permitted
      ? { allowed: true, reason: `Permitted. Decision ${decisionId}.` }
      : { ...noPermit(pep), reason: why };
  if (permitted || pep.mode === 'monitor' || reasons.length === 0) return { allowed: false };
  return { allowed: false, reason: `Would not be permitted: ${why}` };
}

/** No opinion, unless the enforcement point knows the whole chain of authorizers and says that this one decides. */
function noPermit({ mode, authoritative }: Pep): AccessAnswer {
  return mode === 'enforce' && authoritative
    ? { allowed: false, denied: true }
    : { allowed: false };
}
