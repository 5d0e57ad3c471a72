import type { Clock } from '../../platform/clock.js';
import { BrokerError, TooManyRequestsError } from '../../platform/errors.js';
import type { FaultReporter } from '../../platform/fault-reporter.js';
import type { Admission } from '../../platform/http/admission.js';
import type { FactsRegister, Pep } from '../../registers/facts.ports.js';
import type { DecideService } from '../decide.service.js';
import type { DecideSettings } from '../decide.ports.js';
import { unreadable } from '../forward-auth/unreadable-question.js';
import { ADAPTER, questionOf, requestLineOf } from './check-question.js';
import type { CheckRequest } from './check-request.js';
import { type CheckResponse, deny, responseOf } from './check-response.js';
import { sealed } from './seal-response.js';
import { Unaskable } from './unaskable.js';

/** Who calls, and how long it waits. */
export interface CheckCaller {
  /** The key that it presents. */
  readonly key?: string | undefined;
  /** The only URI of its verified certificate. */
  readonly spiffeId?: string | undefined;
  /** Milliseconds until it stops waiting. */
  readonly remainingMs: number;
}

interface Dependencies {
  readonly decide: DecideService;
  readonly facts: FactsRegister;
  readonly settings: DecideSettings;
  readonly clock: Clock;
  readonly faults: FaultReporter;
  /** How often an enforcement point may ask. */
  readonly limiter: Admission;
}

const MAX_KEY_LENGTH = 8_192;
const REQUEST_ID = /^[\x21-\x7e]{1,128}$/;

/**
 * Answers Envoy's external authorization (envoy.service.auth.v3). Never rejects and never answers with anything but a durable
 * decision or a denial: what goes wrong here must not become what Envoy does when its authorizer fails.
 */
export class EnvoyAuthorizer {
  constructor(private readonly dependencies: Dependencies) {}

  async check(request: CheckRequest | undefined, caller: CheckCaller): Promise<CheckResponse> {
    const waitMs = Math.min(caller.remainingMs, this.dependencies.settings.deadlineMs);
    if (!(waitMs > 0)) return deny('deadline-exceeded');
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<CheckResponse>((resolve) => {
      timer = setTimeout(() => resolve(deny('deadline-exceeded')), waitMs);
    });
    try {
      return sealed(await Promise.race([this.answer(request, caller), late]));
    } catch (error) {
      // Expected, and in the log once a minute: no fault of ours.
      if (error instanceof TooManyRequestsError) return deny('rate-limited');
      this.dependencies.faults.report('envoy-check-failed', error);
      const isUnrecorded = error instanceof BrokerError && error.reason === 'audit-unavailable';
      return deny(isUnrecorded ? 'audit-unavailable' : 'broker-error');
    } finally {
      clearTimeout(timer);
    }
  }

  private async answer(
    request: CheckRequest | undefined,
    caller: CheckCaller,
  ): Promise<CheckResponse> {
    const pep = this.enforcementPoint(caller);
    if (!pep) return deny('pep-unauthenticated');
    const { decide, facts, settings, clock, limiter } = this.dependencies;
    limiter.admit(pep);
    const attributes = request?.attributes;
    const id = attributes?.request?.http?.id ?? '';
    const asker = { pep, requestId: REQUEST_ID.test(id) ? id : undefined };
    const line = requestLineOf(attributes);
    try {
      const tenant = facts.tenant(pep.tenantId);
      const { publicUrl } = settings;
      const at = { pep, tenant, publicUrl, nowMs: clock.nowMs() };
      const question = questionOf(attributes, line, at);
      return responseOf(await decide.decide({ ...asker, question }));
    } catch (error) {
      if (!(error instanceof Unaskable)) throw error;
      const { context, ...asked } = unreadable(line);
      const seen = { ...context, adapter: ADAPTER, problem: error.message };
      const question = { ...asked, context: seen };
      return responseOf(await decide.refuse(asker, question, error.reason));
    }
  }

  /** A key that is presented must be good, whatever the certificate says: it is how a proxy says which of its roles it plays. */
  private enforcementPoint({ key, spiffeId }: CheckCaller): Pep | undefined {
    const { facts } = this.dependencies;
    if (key !== undefined) return key.length <= MAX_KEY_LENGTH ? facts.pepByKey(key) : undefined;
    return spiffeId === undefined ? undefined : facts.pepBySpiffeId(spiffeId);
  }
}
