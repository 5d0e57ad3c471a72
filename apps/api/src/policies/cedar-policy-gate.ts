import type { PolicyBundle, Problem, TenantDefinition } from '@sallyport/contracts';
import {
  type ArtifactEngine,
  buildArtifact,
  checkBundle,
  checkEntities,
  type EarlierCheck,
  type PolicyArtifact,
  type PolicyEngine,
  runGoldenCases,
  type TestResult,
  validationKey,
} from '@sallyport/policy';
import { complianceOf } from '@sallyport/risk';
import { ArtifactFormatError, decodePublished } from './artifact-codec.js';
import { PolicyGate, type PolicyVerdict } from './policy-gate.js';
import { publishedPolicy } from './publish-policy.js';

/**
 * Cedar's parser and validator on policies and entities, then the golden cases, in the words of the directory's files. The cases are asked of what will
 * decide and of Cedar's own evaluator: where those disagree nothing is published. Takes milliseconds per policy.
 */
export class CedarPolicyGate extends PolicyGate {
  constructor(
    private readonly compiler: ArtifactEngine,
    private readonly reference: PolicyEngine,
  ) {
    super();
  }

  judge(tenant: TenantDefinition, nowMs: number, inForce?: Uint8Array): PolicyVerdict {
    const { policies, entities: records } = tenant;
    const entities = checkEntities(records, policies.schema);
    if (Object.keys(policies.files).length === 0) return { policy: undefined, ...entities };
    const earlier = inForce && earlierCheck(inForce, policies);
    const found = checkBundle(policies, earlier);
    const warnings = [...found.warnings, ...entities.warnings];
    const problems = [...found.problems, ...entities.problems];
    if (problems.length > 0) return { policy: undefined, problems, warnings };
    const artifact = buildArtifact(policies, earlier?.estOf);
    const validation = { key: validationKey(policies), warned: found.warned };
    const failed = this.ask(tenant, artifact, nowMs);
    if (failed.length > 0) return { policy: undefined, problems: failed, warnings };
    return { policy: publishedPolicy(policies, artifact, validation), problems: [], warnings };
  }

  private ask(tenant: TenantDefinition, artifact: PolicyArtifact, nowMs: number): Problem[] {
    const engine = new FromArtifact(this.compiler, artifact);
    const compiled = runGoldenCases(tenant, engine, nowMs, complianceOf);
    const reference = runGoldenCases(tenant, this.reference, nowMs, complianceOf);
    return compiled.flatMap((result, at) => {
      const disagreement = disagreementOf(result, reference[at]);
      const said = disagreement === undefined ? result.differences : [disagreement];
      if (said.length === 0) return [];
      return [{ file: result.file, message: `Case "${result.name}": ${said.join('; ')}.` }];
    });
  }
}

/** The very form that processes will decide by, for whoever asks for a bundle. */
class FromArtifact implements PolicyEngine {
  readonly name = 'compiled';

  constructor(
    private readonly compiler: ArtifactEngine,
    private readonly artifact: PolicyArtifact,
  ) {}

  load(slot: string, _bundle: PolicyBundle) {
    return this.compiler.loadArtifact(slot, this.artifact, 'live');
  }
}

function disagreementOf(
  compiled: TestResult,
  reference: TestResult | undefined,
): string | undefined {
  const [one, other] = [JSON.stringify(compiled.got), JSON.stringify(reference?.got)];
  if (one === other) return undefined;
  return `the compiled policies say ${one}, Cedar's evaluator says ${other}; please report this`;
}

/** What publishing the version in force found out about policies that the next one has too. */
function earlierCheck(inForce: Uint8Array, next: PolicyBundle): EarlierCheck | undefined {
  const published = readable(inForce);
  if (!published) return undefined;
  const { artifact, validation } = published;
  const byHash = new Map(artifact.policies.map(({ hash, est }) => [hash, est]));
  const isSameSchema = validation.key === validationKey(next);
  return {
    estOf: (hash) => byHash.get(hash),
    isValid: (hash) => isSameSchema && byHash.has(hash) && !validation.warned.has(hash),
  };
}

/** Undefined for another release's format. */
function readable(inForce: Uint8Array): ReturnType<typeof decodePublished> | undefined {
  try {
    return decodePublished(inForce);
  } catch (error) {
    if (error instanceof ArtifactFormatError) return undefined;
    throw error;
  }
}
