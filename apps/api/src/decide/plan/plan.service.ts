import type { AuditLog } from '../../evidence/audit-log.ports.js';
import type { Clock } from '../../platform/clock.js';
import { UnavailableError } from '../../platform/errors.js';
import type { FaultReporter } from '../../platform/fault-reporter.js';
import { newId } from '../../platform/ids.js';
import type { FactsRegister } from '../../registers/facts.ports.js';
import { Deadline } from '../deadline.js';
import type { DecideSettings, GeoLocator } from '../decide.ports.js';
import type { Asker } from '../decide-input.js';
import { type Asked, askedNow, type Identified, StepDenied, subjectOf } from '../decision-state.js';
import { authenticatePep } from '../steps/authenticate-pep.js';
import { gatherContext } from '../steps/gather-context.js';
import { identifySubject } from '../steps/identify-subject.js';
import type { SubjectTokens } from '../subject/subject-tokens.js';
import { untilResident } from '../until-resident.js';
import { planEntry } from './plan-entry.js';
import { type PlanOutcome, planOutcome } from './plan-outcome.js';
import { type Planned, planRows } from './planning.js';
import type { PlanRequest } from './read-plan.js';

export interface PlanServices {
  readonly facts: FactsRegister;
  readonly geo: GeoLocator;
  readonly auditLog: AuditLog;
  readonly subjectTokens: SubjectTokens;
  readonly settings: DecideSettings;
  readonly faults: FaultReporter;
  readonly clock: Clock;
}

/** Says which rows a subject may see: a decision's steps, but for all resources of a type at once. */
export class PlanService {
  constructor(private readonly services: PlanServices) {}

  /** One question, one durable answer. Rejects with UnavailableError when it could not be recorded. */
  async plan(asker: Asker, request: PlanRequest): Promise<PlanOutcome> {
    const { clock, settings } = this.services;
    const atMs = clock.nowMs();
    const asked = askedNow(asker, request.question, { decisionId: newId(atMs), atMs });
    const deadline = new Deadline(settings.deadlineMs);
    try {
      const planned = await deadline.bound(this.steps(asked, request));
      return await this.record(asked, request, planned);
    } catch (error) {
      if (error instanceof UnavailableError) throw error;
      // A copy: what is late may still write what it found into the state.
      return await this.record({ ...asked }, request, this.denied(error));
    } finally {
      deadline.clear();
    }
  }

  private async steps(asked: Asked, request: PlanRequest): Promise<Planned> {
    const authenticated = authenticatePep(asked, this.services);
    const identified: Identified = await identifySubject(authenticated, this.services);
    return untilResident(() => planRows(gatherContext(identified, this.services), request));
  }

  private denied(error: unknown): Planned {
    if (error instanceof StepDenied) {
      if (error.cause !== undefined)
        this.services.faults.report('decision-step-failed', error.cause);
      return { by: 'step', reason: error.reason };
    }
    this.services.faults.report('decision-step-failed', error);
    return { by: 'step', reason: 'broker-error' };
  }

  private async record(asked: Asked, request: PlanRequest, planned: Planned): Promise<PlanOutcome> {
    const outcome = planOutcome(asked, request, planned);
    const { tenantId } = asked.pep;
    try {
      await this.services.auditLog.append(tenantId, [planEntry(asked, request, planned, outcome)]);
    } catch (cause) {
      throw new UnavailableError('the plan could not be recorded, so there is none', {
        reason: 'audit-unavailable',
        cause,
      });
    }
    const { sighting } = asked;
    if (sighting) this.services.facts.recordPlace(tenantId, subjectOf(asked), sighting);
    return outcome;
  }
}
