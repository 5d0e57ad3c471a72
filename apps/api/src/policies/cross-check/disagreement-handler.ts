import type { AdminEntry, JsonObject } from '@sallyport/contracts';
import type { Clock } from '../../platform/clock.js';
import { newId } from '../../platform/ids.js';
import type { FactsRegister } from '../../registers/facts.ports.js';
import type { PolicyStore } from '../policy-store.ports.js';
import type { Disagreement } from './cross-checker.js';
import type { Finding } from './reference-desk.js';

export interface DisagreementHandlerParts {
  readonly facts: Pick<FactsRegister, 'distrustPolicy' | 'tenant' | 'catchUp'>;
  readonly store: PolicyStore;
  readonly clock: Clock;
  readonly report: (event: string, error: Error) => void;
  readonly retryEveryMs?: number;
}

/** Names of policies in an entry; an entry stays under 64 KiB whatever disagreed. */
const MAX_POLICIES = 30;

/**
 * What a disagreement leads to: an alarm; the reference decides from now on, in this process at once and in the others when the database says so; and an
 * entry in the tenant's log, which commits together with that.
 */
export class DisagreementHandler {
  private readonly handled = new Set<string>();
  private readonly retries = new Set<NodeJS.Timeout>();

  constructor(private readonly parts: DisagreementHandlerParts) {}

  handle(disagreement: Disagreement): void {
    const { tenantId, policyVersion, decisionId, sources } = disagreement;
    const key = `${tenantId}/${policyVersion}`;
    if (this.handled.has(key)) return;
    this.handled.add(key);
    this.parts.facts.distrustPolicy(tenantId, policyVersion, sources);
    const alarm = new Error(
      `decision ${decisionId} of ${tenantId}: the compiled policy ${policyVersion} and Cedar's evaluator disagree`,
    );
    this.parts.report('policy-disagreed', alarm);
    void this.record(disagreement);
  }

  stop(): void {
    for (const timer of this.retries) clearTimeout(timer);
    this.retries.clear();
  }

  /** Again and again until it is recorded: a restart must not bring the compiled form back. */
  private async record(disagreement: Disagreement): Promise<void> {
    const { store, report, retryEveryMs = 5_000 } = this.parts;
    const { tenantId, policyVersion } = disagreement;
    try {
      await store.distrust(tenantId, policyVersion, this.entry(disagreement));
    } catch (error) {
      report('policy-disagreement-not-recorded', error as Error);
      const timer = setTimeout(() => {
        this.retries.delete(timer);
        void this.record(disagreement);
      }, retryEveryMs).unref();
      this.retries.add(timer);
    }
  }

  private entry({ policyVersion, decisionId, compiled, reference }: Disagreement): AdminEntry {
    const nowMs = this.parts.clock.nowMs();
    return {
      type: 'policy.disagreed',
      id: newId(nowMs),
      time: new Date(nowMs).toISOString(),
      actor: 'system:cross-check',
      detail: {
        version: policyVersion,
        decision: decisionId,
        compiled: detailOf(compiled),
        reference: detailOf(reference),
      },
    };
  }
}

function detailOf({ outcome, determining, erroring }: Finding): JsonObject {
  return {
    outcome,
    determining: determining.slice(0, MAX_POLICIES),
    erroring: erroring.slice(0, MAX_POLICIES),
  };
}
