import { readTenantDirectory, type Problem, type TenantDefinition } from '@sallyport/contracts';
import type { AuditLog } from '../../evidence/audit-log.ports.js';
import type { Clock } from '../../platform/clock.js';
import type { PolicyGate } from '../../policies/policy-gate.js';
import type { FactsRegister } from '../facts.ports.js';
import { applyEntries } from './apply-entries.js';
import { checkTenant, warnAbout, type ApplyRules } from './check-tenant.js';
import { changesOf, type TenantChanges } from './tenant-changes.js';
import { planOf, type ApplyResult, type PlanResult, type Refused } from './tenant-plan.js';
import { PepKeyTakenError, type TenantStore } from './tenant-store.ports.js';

/** A tenant directory as relative path → text. */
export type TenantFiles = ReadonlyMap<string, string>;

export interface TenantApplierParts {
  readonly store: TenantStore;
  readonly log: AuditLog;
  readonly facts: FactsRegister;
  readonly gate: PolicyGate;
  readonly clock: Clock;
  readonly rules: ApplyRules;
}

interface Checked {
  readonly ok: true;
  readonly tenant: TenantDefinition;
  readonly policyVersion: string | undefined;
  readonly warnings: readonly Problem[];
}

/** Makes a tenant what its directory says (design §8): all of it or nothing, and nothing twice. */
export class TenantApplier {
  constructor(private readonly parts: TenantApplierParts) {}

  /** What `apply` would do. `tenantId` is the tenant that the directory must be of. */
  async plan(tenantId: string, files: TenantFiles): Promise<PlanResult> {
    const checked = this.check(tenantId, files);
    if (!checked.ok) return checked;
    const stored = await this.parts.store.read(tenantId);
    const changes = changesOf(checked.tenant, checked.policyVersion, stored);
    return { ok: true, plan: this.planOf(checked, changes) };
  }

  /** Applies in one transaction with its log entries. Resolves when this process decides by the new state. */
  async apply(tenantId: string, files: TenantFiles, actor: string): Promise<ApplyResult> {
    const checked = this.check(tenantId, files);
    if (!checked.ok) return checked;
    try {
      const changes = await this.write(tenantId, checked, actor);
      const changed = changes.items.length > 0;
      if (changed) await this.parts.facts.catchUp(tenantId);
      return { ok: true, plan: this.planOf(checked, changes), changed };
    } catch (error) {
      if (error instanceof PepKeyTakenError) return refusedKey(error);
      throw error;
    }
  }

  private write(tenantId: string, checked: Checked, actor: string): Promise<TenantChanges> {
    const { store, log, clock } = this.parts;
    return store.transact(tenantId, async (writing) => {
      const changes = changesOf(checked.tenant, checked.policyVersion, await writing.read());
      if (changes.items.length === 0) return changes;
      const author = { actor, nowMs: clock.nowMs() };
      await writing.write(changes, author);
      // Last, because it locks the log: decisions of the tenant wait for it.
      await log.appendWithin(writing.tx, applyEntries(tenantId, changes, author));
      return changes;
    });
  }

  private check(tenantId: string, files: TenantFiles): Checked | Refused {
    const read = readTenantDirectory(files);
    if (!read.ok) return read;
    const { tenant } = read;
    if (tenant.settings.name !== tenantId) {
      const message = `The name is "${tenant.settings.name}", but the tenant asked for is "${tenantId}".`;
      return { ok: false, problems: [{ file: 'tenant.yaml', message }] };
    }
    const problems = checkTenant(tenant, this.parts.rules);
    if (problems.length > 0) return { ok: false, problems };
    const verdict = this.parts.gate.judge(tenant, this.parts.clock.nowMs());
    if (verdict.problems.length > 0) return { ok: false, problems: verdict.problems };
    const warnings = [...read.warnings, ...verdict.warnings, ...warnAbout(tenant)];
    return { ok: true, tenant, policyVersion: verdict.version, warnings };
  }

  private planOf(checked: Checked, changes: TenantChanges) {
    const { tenant, policyVersion, warnings } = checked;
    const about = { tenant: tenant.settings.name, isNew: changes.isNew, warnings };
    return planOf(changes.items, policyVersion === undefined ? about : { ...about, policyVersion });
  }
}

function refusedKey({ pepName }: PepKeyTakenError): Refused {
  const message = `The key of "${pepName}" cannot be used. Choose another one.`;
  return { ok: false, problems: [{ file: 'peps.yaml', message }] };
}
