import type { Problem, TenantDefinition } from '@sallyport/contracts';
import {
  buildArtifact,
  checkBundle,
  checkEntities,
  type PolicyEngine,
  runGoldenCases,
} from '@sallyport/policy';
import { complianceOf } from '@sallyport/risk';
import { decodeArtifactAtOnce } from './artifact-codec.js';
import { PolicyGate, type PolicyVerdict } from './policy-gate.js';
import { publishedPolicy } from './publish-policy.js';

/** Cedar's parser and validator on policies and entities, then the golden cases, in the words of the directory's files. Takes milliseconds per policy. */
export class CedarPolicyGate extends PolicyGate {
  constructor(private readonly engine: PolicyEngine) {
    super();
  }

  judge(tenant: TenantDefinition, nowMs: number, inForce?: Uint8Array): PolicyVerdict {
    const { policies, entities: records } = tenant;
    const entities = checkEntities(records, policies.schema);
    if (Object.keys(policies.files).length === 0) return { policy: undefined, ...entities };
    const found = checkBundle(policies);
    const warnings = [...found.warnings, ...entities.warnings];
    const problems = [...found.problems, ...entities.problems];
    if (problems.length > 0) return { policy: undefined, problems, warnings };
    const failed = this.ask(tenant, nowMs);
    if (failed.length > 0) return { policy: undefined, problems: failed, warnings };
    const artifact = buildArtifact(policies, inForce && estsIn(inForce));
    return { policy: publishedPolicy(policies, artifact), problems: [], warnings };
  }

  private ask(tenant: TenantDefinition, nowMs: number): Problem[] {
    return runGoldenCases(tenant, this.engine, nowMs, complianceOf)
      .filter(({ pass }) => !pass)
      .map(({ file, name, differences }) => ({
        file,
        message: `Case "${name}": ${differences.join('; ')}.`,
      }));
  }
}

function estsIn(artifact: Uint8Array): (hash: string) => string | undefined {
  const { policies } = decodeArtifactAtOnce(artifact);
  const byHash = new Map(policies.map(({ hash, est }) => [hash, est]));
  return (hash) => byHash.get(hash);
}
