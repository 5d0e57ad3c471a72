import type { AuditLog } from '../evidence/audit-log.ports.js';
import type { FaultReporter } from '../platform/fault-reporter.js';
import type { FactsRegister } from '../registers/facts.ports.js';
import type { DecideSettings, GeoLocator } from './decide.ports.js';
import {
  type Asked,
  type Identified,
  type Judged,
  type Known,
  StepDenied,
} from './decision-state.js';
import { appendAudit, type Recorded } from './steps/append-audit.js';
import { authenticatePep } from './steps/authenticate-pep.js';
import { evaluatePolicy } from './steps/evaluate-policy.js';
import { gatherContext } from './steps/gather-context.js';
import { identifySubject } from './steps/identify-subject.js';
import { issueToken, type PreparedToken, type TokenWish } from './steps/issue-token.js';
import { scheduleRevocation, type TokenWatch } from './steps/schedule-revocation.js';
import type { SubjectTokens } from './subject/subject-tokens.js';
import type { AccessTokenSigner } from './tokens/access-token.js';
import type { TokenStore } from './tokens/token-store.js';
import { deniedByStep } from './verdict.js';

/** Everything the steps need; built once. */
export interface PipelineServices {
  readonly facts: FactsRegister;
  readonly geo: GeoLocator;
  readonly auditLog: AuditLog;
  readonly tokens: TokenStore;
  readonly subjectTokens: SubjectTokens;
  readonly signer: AccessTokenSigner;
  readonly watch: TokenWatch;
  readonly settings: DecideSettings;
  readonly faults: FaultReporter;
}

/** The only place that knows the order of the seven steps (design §3). */
export class DecisionPipeline {
  constructor(private readonly services: PipelineServices) {}

  /** Steps 1 to 4, for one question. Never rejects: a step that fails, or takes too long, is a deny with a reason. */
  async judge(asked: Asked): Promise<Judged> {
    const progress = { known: asked as Known };
    const deadline = new Deadline(this.services.settings.deadlineMs);
    try {
      const authenticated = authenticatePep(asked, this.services);
      progress.known = authenticated;
      const identified = await deadline.bound(identifySubject(authenticated, this.services));
      progress.known = identified;
      return this.judgeIdentified(identified);
    } catch (error) {
      return this.deny(progress.known, error);
    } finally {
      deadline.clear();
    }
  }

  /** Steps 3 and 4: for a question whose subject was established earlier. Never throws. */
  judgeIdentified(identified: Identified): Judged {
    let known: Known = identified;
    try {
      const gathered = gatherContext(identified, this.services);
      known = gathered;
      return evaluatePolicy(gathered);
    } catch (error) {
      return this.deny(known, error);
    }
  }

  /** Steps 5 to 7, for all questions of one caller. Rejects with UnavailableError when nothing could be recorded. */
  async settle(tenantId: string, judged: readonly Judged[], wish?: TokenWish): Promise<Recorded> {
    const { questions, token } = await this.tryToken(judged, wish);
    const recorded = await appendAudit(tenantId, questions, token, this.services);
    scheduleRevocation(recorded, this.services);
    return recorded;
  }

  /** A permit whose token could not be made is no permit. */
  private async tryToken(
    judged: readonly Judged[],
    wish: TokenWish | undefined,
  ): Promise<{ readonly questions: readonly Judged[]; readonly token: PreparedToken | undefined }> {
    try {
      return { questions: judged, token: await issueToken(judged, wish, this.services) };
    } catch (error) {
      return { questions: judged.map((one) => this.deny(one.state, error)), token: undefined };
    }
  }

  private deny(known: Known, error: unknown): Judged {
    const cause = error instanceof StepDenied ? error.cause : error;
    if (!(error instanceof StepDenied)) this.services.faults.report('decision-step-failed', cause);
    return deniedByStep(known, error);
  }
}

/** One bound on everything a question waits for. */
class Deadline {
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly ms: number) {}

  bound<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.expiry()]);
  }

  clear(): void {
    clearTimeout(this.timer);
  }

  private expiry(): Promise<never> {
    return new Promise((_, reject) => {
      this.timer = setTimeout(() => reject(new StepDenied('deadline-exceeded')), this.ms);
    });
  }
}
