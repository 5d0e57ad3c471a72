import { CedarWasmEngine, CompiledEngine } from '@sallyport/policy';
import type { Database } from './adapters/postgres/database.js';
import { ArtifactSeal } from './adapters/postgres/policies/artifact-seal.js';
import { PostgresPolicyStore } from './adapters/postgres/policies/postgres-policy-store.js';
import { artifactBuilder } from './policies/artifact-builder.js';
import { CedarPolicyGate } from './policies/cedar-policy-gate.js';
import type { PolicyGate } from './policies/policy-gate.js';
import {
  type ArtifactProblem,
  type PolicyLoader,
  StoredPolicyLoader,
} from './policies/policy-loader.js';
import type { PolicyStore } from './policies/policy-store.ports.js';

/** Everything between a published policy and the one in force. */
export interface Policies {
  readonly seal: ArtifactSeal;
  readonly store: PolicyStore;
  readonly gate: PolicyGate;
  readonly loader: PolicyLoader;
}

export function createPolicies(
  database: Database,
  masterKey: Uint8Array,
  report: (problem: ArtifactProblem) => void,
): Policies {
  const seal = new ArtifactSeal(masterKey);
  const store = new PostgresPolicyStore(database, seal);
  const reference = new CedarWasmEngine();
  const compiler = new CompiledEngine();
  const builder = artifactBuilder();
  const loader = new StoredPolicyLoader({ store, compiler, reference, builder, report });
  return { seal, store, gate: new CedarPolicyGate(compiler), loader };
}
