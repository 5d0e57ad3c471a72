import type { Problem, TenantDefinition } from '@sallyport/contracts';
import { checkBundle, checkEntities, type PolicyEngine, runGoldenCases } from '@sallyport/policy';
import { complianceOf } from '@sallyport/risk';
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
    return runGoldenCases(tenant, this.engine, nowMs, complianceOf)
      .filter(({ pass }) => !pass)
      .map(({ file, name, differences }) => ({
        file,
        message: `Case "${name}": ${differences.join('; ')}.`,
      }));
  }
}
