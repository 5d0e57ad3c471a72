import { type ArtifactEngine, CedarWasmEngine, CompiledEngine } from '@sallyport/policy';
import type { Database } from './adapters/postgres/database.js';
import { ArtifactSeal } from './adapters/postgres/policies/artifact-seal.js';
import { PostgresPolicyStore } from './adapters/postgres/policies/postgres-policy-store.js';
import type { AuditLog } from './evidence/audit-log.ports.js';
import type { Clock } from './platform/clock.js';
import type { Config } from './platform/config/index.js';
import type { FaultReporter } from './platform/fault-reporter.js';
import { artifactBuilder } from './policies/artifact-builder.js';
import { CedarPolicyGate } from './policies/cedar-policy-gate.js';
import { CrossChecker, type CheckResult } from './policies/cross-check/cross-checker.js';
import { DisagreementHandler } from './policies/cross-check/disagreement-handler.js';
import type { DecisionSampler } from './policies/cross-check/decision-sampler.js';
import { referenceLine } from './policies/cross-check/reference-thread.js';
import { Sampling } from './policies/cross-check/sampling.js';
import type { PolicyGate } from './policies/policy-gate.js';
import {
  type ArtifactProblem,
  type PolicyLoader,
  StoredPolicyLoader,
} from './policies/policy-loader.js';
import type { PolicyStore } from './policies/policy-store.ports.js';
import type { FactsRegister } from './registers/facts.ports.js';

export interface PoliciesOptions {
  readonly database: Database;
  readonly masterKey: Uint8Array;
  readonly log: AuditLog;
  readonly report: (problem: ArtifactProblem) => void;
  /** What decides; our own compiler where absent. */
  readonly compiler?: ArtifactEngine;
}

/** Everything between a published policy and the one in force. */
export interface Policies {
  readonly seal: ArtifactSeal;
  readonly store: PolicyStore;
  readonly gate: PolicyGate;
  readonly loader: PolicyLoader;
}

export function createPolicies(options: PoliciesOptions): Policies {
  const { database, masterKey, log, report, compiler = new CompiledEngine() } = options;
  const seal = new ArtifactSeal(masterKey);
  const store = new PostgresPolicyStore(database, seal, log);
  const reference = new CedarWasmEngine();
  const builder = artifactBuilder();
  const loader = new StoredPolicyLoader({ store, compiler, reference, builder, report });
  return { seal, store, gate: new CedarPolicyGate(compiler, reference), loader };
}

export interface CrossCheckOptions {
  readonly settings: Config['policies'];
  readonly store: PolicyStore;
  readonly facts: FactsRegister;
  readonly clock: Clock;
  readonly faults: FaultReporter;
  readonly count: (result: CheckResult) => void;
  readonly loadAfterMs?: number;
}

export interface CrossCheck {
  readonly sampler: DecisionSampler;
  close(): Promise<void>;
}

/** The live check of what decides against Cedar's own evaluator. */
export function createCrossCheck(options: CrossCheckOptions): CrossCheck {
  const { settings, store, facts, clock, faults, count, loadAfterMs = 5_000 } = options;
  const report = (event: string, error: Error) => faults.report(event, error);
  const monotonicMs = () => performance.now();
  const handler = new DisagreementHandler({ facts, store, clock, report });
  const sampler = new CrossChecker({
    sampling: new Sampling({
      oneIn: settings.crossCheckOneIn,
      maxPerSecond: settings.crossCheckMaxPerSecond,
      monotonicMs,
      random: Math.random,
    }),
    openLine: referenceLine(),
    store,
    monotonicMs,
    loadAfterMs,
    count,
    report,
    onDisagreement: (disagreement) => handler.handle(disagreement),
  });
  return {
    sampler,
    close: async () => {
      handler.stop();
      await sampler.close();
    },
  };
}
