import type { LoadedPolicy, PolicyEngine } from '@sallyport/policy';
import { messageOf, type ReportProblem } from './facts-problem.js';
import type { StoredPolicy } from './stored-fact.js';
import type { TenantRegister } from './tenant-register.js';

/** Puts promoted versions into the engine, one pair of slots per tenant. */
export class PolicySlots {
  constructor(
    private readonly engine: PolicyEngine,
    private readonly report: ReportProblem,
  ) {}

  /**
   * Makes `stored` the tenant's policy. What the engine refuses changes nothing: the version before stays in force, and
   * where there is none the tenant has no policy, which denies everything.
   */
  promote(register: TenantRegister, stored: StoredPolicy | undefined): void {
    const { tenantId } = register;
    if (!stored) {
      register.policy = undefined;
      register.shadow = undefined;
      return;
    }
    if (register.policy?.version === stored.id) return;
    try {
      const policy = this.engine.load(`${tenantId}/live`, stored.bundle, 'live');
      register.shadow = this.loadShadow(tenantId, stored);
      register.policy = policy;
    } catch (error) {
      const message = messageOf(error);
      this.report({ kind: 'policy-refused', tenantId, policyVersion: stored.id, message });
    }
  }

  private loadShadow(tenantId: string, { bundle }: StoredPolicy): LoadedPolicy | undefined {
    // Most tenants shadow nothing, and what an engine has loaded is never quite given back.
    if (!Object.values(bundle.files).some((source) => /@\s*mode\b/.test(source))) return undefined;
    const shadow = this.engine.load(`${tenantId}/shadow`, bundle, 'shadow');
    const isShadowed = [...shadow.annotations.values()].some(({ mode }) => mode === 'shadow');
    return isShadowed ? shadow : undefined;
  }
}
