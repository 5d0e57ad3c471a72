import type { PolicyBundle, Problem, TenantDefinition } from '@sallyport/contracts';
import {
  checkBundle,
  checkEntities,
  runGoldenCase,
  type LoadedPolicy,
  type PolicyEngine,
} from '@sallyport/policy';
import { complianceOf } from './compliance-of.js';
import { PolicyGate, type PolicyVerdict } from './policy-gate.js';

/** Cedar's parser and validator on policies and entities, then the golden cases, in the words of the directory's files. Takes milliseconds per policy. */
export class CedarPolicyGate extends PolicyGate {
  constructor(private readonly engine: PolicyEngine) {
    super();
  }

  judge(tenant: TenantDefinition, nowMs: number): PolicyVerdict {
    const { policies, entities: records } = tenant;
    const entities = checkEntities(records, policies.schema);
    if (Object.keys(policies.files).length === 0) return { version: undefined, ...entities };
    const { ok, version, ...found } = checkBundle(policies);
    const warnings = [...found.warnings, ...entities.warnings];
    const problems = [...found.problems, ...entities.problems];
    if (!ok || problems.length > 0) return { version, problems, warnings };
    return { version, problems: this.ask(tenant, nowMs), warnings };
  }

  private ask(tenant: TenantDefinition, nowMs: number): Problem[] {
    const engine = new LoadedOnce(this.engine);
    return tenant.tests.flatMap((test) => {
      try {
        const { pass, differences } = runGoldenCase(tenant, test, engine, nowMs, complianceOf);
        if (pass) return [];
        return [{ file: test.file, message: `Case "${test.name}": ${differences.join('; ')}.` }];
      } catch (error) {
        const reason = error instanceof Error ? error.message : 'it cannot be asked';
        return [{ file: test.file, message: `Case "${test.name}": ${reason}.` }];
      }
    });
  }
}

/** Cases come in hundreds and ask one bundle: it is parsed once. */
class LoadedOnce implements PolicyEngine {
  readonly name;
  private loaded: LoadedPolicy | undefined;

  constructor(private readonly engine: PolicyEngine) {
    this.name = engine.name;
  }

  load(slot: string, bundle: PolicyBundle): LoadedPolicy {
    return (this.loaded ??= this.engine.load(slot, bundle));
  }
}
