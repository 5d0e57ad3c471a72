import type { RegoSettings } from '@sallyport/contracts';
import type { AuditLog } from '../evidence/audit-log.ports.js';
import type { FaultReporter } from '../platform/fault-reporter.js';
import type { DecisionSampler } from '../policies/cross-check/decision-sampler.js';
import type { FactsRegister } from '../registers/facts.ports.js';
import { Deadline } from './deadline.js';
import type { DecideSettings, GeoLocator } from './decide.ports.js';
import { type Asked, type Identified, type Judged, StepDenied } from './decision-state.js';
import { appendAudit, type Recorded } from './steps/append-audit.js';
import { authenticatePep } from './steps/authenticate-pep.js';
import { evaluatePolicy } from './steps/evaluate-policy.js';
import { gatherContext } from './steps/gather-context.js';
import { identifySubject } from './steps/identify-subject.js';
import { issueToken, type PreparedToken, type TokenWish } from './steps/issue-token.js';
import { scheduleRevocation, type TokenWatch } from './steps/schedule-revocation.js';
import type { RegoConditions } from './rego/rego-conditions.js';
import type { SubjectTokens } from './subject/subject-tokens.js';
import type { AccessTokenSigner } from './tokens/access-token.js';
import type { TokenStore } from './tokens/token-store.js';
import { untilResident } from './until-resident.js';
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
  readonly sampler: DecisionSampler;
  readonly rego: RegoConditions;
}

/** The only place that knows the order of the seven steps (design §3). */
export class DecisionPipeline {
  constructor(private readonly services: PipelineServices) {}

  /**
   * Steps 1 to 4, for one question. Neither throws nor rejects: a step that fails, or takes too long, is a deny with a reason.
   * Judged at once, without a promise or a timer, unless there is a token to verify or a fact to bring into memory.
   */
  judge(asked: Asked): Judged | Promise<Judged> {
    try {
      const authenticated = authenticatePep(asked, this.services);
      const identified = identifySubject(authenticated, this.services);
      if (!(identified instanceof Promise)) return this.judgeIdentified(identified);
      return this.inTime(
        asked,
        identified.then((known) => this.judgeIdentified(known)),
      );
    } catch (error) {
      return this.deny(asked, error);
    }
  }

  /** Steps 1 and 2 alone, for a search, which has a question but for a name. Neither throws nor rejects: what is judged is denied. */
  async identify(asked: Asked): Promise<Identified | Judged> {
    try {
      const authenticated = authenticatePep(asked, this.services);
      const identified = identifySubject(authenticated, this.services);
      return identified instanceof Promise ? await this.inTime(asked, identified) : identified;
    } catch (error) {
      return this.deny(asked, error);
    }
  }

  /** Steps 3 and 4: for a question whose subject was established earlier. Neither throws nor rejects. */
  judgeIdentified(identified: Identified): Judged | Promise<Judged> {
    try {
      const judged = untilResident(() => {
        const gathered = gatherContext(identified, this.services);
        return evaluatePolicy(gathered, this.services);
      });
      const { rego } = identified.tenant.settings;
      if (rego !== undefined)
        return this.inTime(identified, this.confirm(identified, judged, rego));
      return judged instanceof Promise ? this.inTime(identified, judged) : judged;
    } catch (error) {
      return this.deny(identified, error);
    }
  }

  /** Step 4 of a tenant that has compiled Rego beside its Cedar: deny by either denies. */
  private async confirm(
    { tenant }: Identified,
    judging: Judged | Promise<Judged>,
    bundle: RegoSettings,
  ): Promise<Judged> {
    return this.services.rego.confirm(await judging, tenant.tenantId, bundle);
  }

  /** Steps 5 to 7, for all questions of one caller. Rejects with UnavailableError when nothing could be recorded. */
  settle(tenantId: string, judged: readonly Judged[], wish?: TokenWish): Promise<Recorded> {
    return wish ? this.settleWithToken(tenantId, judged, wish) : this.record(tenantId, judged);
  }

  /** A permit whose token could not be made is no permit. */
  private async settleWithToken(
    tenantId: string,
    judged: readonly Judged[],
    wish: TokenWish,
  ): Promise<Recorded> {
    let token: PreparedToken | undefined;
    try {
      token = await issueToken(judged, wish, this.services);
    } catch (error) {
      const denied = judged.map(({ state }) => this.deny(state, error));
      return this.record(tenantId, denied);
    }
    return this.record(tenantId, judged, token);
  }

  private record(
    tenantId: string,
    judged: readonly Judged[],
    token?: PreparedToken,
  ): Promise<Recorded> {
    return appendAudit(tenantId, judged, token, this.services, (recorded) => {
      scheduleRevocation(recorded, this.services);
      return recorded;
    });
  }

  /** One bound on everything that a question waits for. */
  private async inTime<T>(asked: Asked, work: Promise<T>): Promise<T | Judged> {
    const deadline = new Deadline(this.services.settings.deadlineMs);
    try {
      return await deadline.bound(work);
    } catch (error) {
      // A copy: what is late may still write what it found into the state, and must find nobody who reads it.
      return this.deny({ ...asked }, error);
    } finally {
      deadline.clear();
    }
  }

  private deny(known: Asked, error: unknown): Judged {
    const cause = error instanceof StepDenied ? error.cause : error;
    if (!(error instanceof StepDenied)) this.services.faults.report('decision-step-failed', cause);
    return deniedByStep(known, error);
  }
}
