import { type EvaluationRequest, reasonSentence } from '@sallyport/contracts';
import { admissionQuestion, readAdmissionRequest, ReviewFault } from '@sallyport/policy';
import { BrokerError } from '../../platform/errors.js';
import type { FaultReporter } from '../../platform/fault-reporter.js';
import { type FactsRegister, type Pep, whenResident } from '../../registers/facts.ports.js';
import type { DecideService } from '../decide.service.js';
import type { Question } from '../question.js';
import { type AdmissionAnswer, answerOf, denied } from './admission-answer.js';
import { inputOf } from './cluster-pep.js';
import { findingsOf } from './policy-findings.js';
import { within } from './webhook-deadline.js';

/** One review, and how long its answer may take. */
export interface AdmissionAsked {
  readonly pep: Pep;
  readonly requestId: string;
  readonly uid: string;
  readonly request: unknown;
  readonly deadlineMs: number;
}

export interface JudgedAdmission {
  readonly answer: AdmissionAnswer;
  readonly decisionId?: string;
}

const MAX_PATHS = 5;

/** Judges admission requests. Always an answer, in time: whatever goes wrong is a denial that says so. */
export class AdmissionJudge {
  constructor(
    private readonly decide: DecideService,
    private readonly facts: FactsRegister,
    private readonly faults: FaultReporter,
  ) {}

  async judge(asked: AdmissionAsked): Promise<JudgedAdmission> {
    let isLate = false;
    const judging = this.inFull(asked);
    const answered = await within(asked.deadlineMs, judging, () => {
      isLate = true;
      return { answer: denied(reasonSentence('deadline-exceeded')) };
    });
    if (isLate) void this.correct(asked, judging);
    return answered;
  }

  private async inFull(asked: AdmissionAsked): Promise<JudgedAdmission> {
    try {
      return await this.decided(asked);
    } catch (error) {
      if (error instanceof ReviewFault) return this.refused(asked, error.message);
      return { answer: denied(reasonSentence(this.codeOf(error))) };
    }
  }

  private async decided({ pep, requestId, request }: AdmissionAsked): Promise<JudgedAdmission> {
    const read = readAdmissionRequest(request);
    const tenant = this.facts.tenant(pep.tenantId);
    const question = await whenResident(() =>
      admissionQuestion(read, (ref) => tenant?.entity(ref)),
    );
    const outcome = await this.decide.decide(inputOf(pep, requestId, question));
    const findings = findingsOf(outcome, this.facts.tenant(pep.tenantId));
    const problem = unreadableText(question);
    return { answer: answerOf(outcome, findings, problem), decisionId: outcome.decisionId };
  }

  /** Recorded like every other denial, although it could not even be put as a question. */
  private async refused(asked: AdmissionAsked, problem: string): Promise<JudgedAdmission> {
    const { pep, requestId } = asked;
    try {
      const outcome = await this.decide.refuse(
        { pep, requestId },
        unreadable(asked),
        'request-invalid',
      );
      return { answer: answerOf(outcome, [], `${problem}.`), decisionId: outcome.decisionId };
    } catch (error) {
      return { answer: denied(reasonSentence(this.codeOf(error))) };
    }
  }

  /** What was decided too late was answered with a denial: the log must not be left with another answer than the cluster got. */
  private async correct(asked: AdmissionAsked, judging: Promise<JudgedAdmission>): Promise<void> {
    const { answer } = await judging;
    if (!answer.allowed) return;
    const pep: Pep = { ...asked.pep, mode: 'enforce' };
    const { requestId } = asked;
    await this.decide
      .refuse({ pep, requestId }, unreadable(asked), 'deadline-exceeded')
      .catch((error: unknown) => this.faults.report('admission-correction-failed', error));
  }

  private codeOf(error: unknown): string {
    if (error instanceof BrokerError && error.reason !== undefined) return error.reason;
    this.faults.report('admission-failed', error);
    return 'broker-error';
  }
}

/** What of the object was not understood: whoever wrote it finds no other way to that. */
function unreadableText({ resource }: EvaluationRequest): string | undefined {
  const paths = resource.properties?.['unreadable'];
  if (!Array.isArray(paths) || paths.length === 0) return undefined;
  return `Not understood: ${paths.slice(0, MAX_PATHS).join(', ')}.`;
}

/** What the log shows of a review that is no question, or whose answer came too late. */
function unreadable({ uid }: AdmissionAsked): Question {
  return {
    action: { name: 'admission' },
    resource: { type: 'k8s::admissionreview', id: uid },
    context: { uid },
  };
}
