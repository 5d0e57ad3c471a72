import type { AuditLog } from '../../evidence/audit-log.ports.js';
import type { Clock } from '../../platform/clock.js';
import type { PublishedPolicy } from '../../policies/policy-gate.js';
import type { PolicyStore } from '../../policies/policy-store.ports.js';
import type { FactsRegister } from '../facts.ports.js';
import { applyEntries } from './apply-entries.js';
import type { Checked } from './check-directory.js';
import type { DirectoryChecker, TenantFiles } from './directory-checker.js';
import { changesOf, type TenantChanges } from './tenant-changes.js';
import { planOf, type ApplyResult, type PlanResult, type Refused } from './tenant-plan.js';
import { PepKeyTakenError, type TenantStore } from './tenant-store.ports.js';

export interface TenantApplierParts {
  readonly store: TenantStore;
  readonly policies: PolicyStore;
  readonly log: AuditLog;
  readonly facts: FactsRegister;
  readonly checker: DirectoryChecker;
  readonly clock: Clock;
}

/** Makes a tenant what its directory says (design §8): all of it or nothing, and nothing twice. */
export class TenantApplier {
  constructor(private readonly parts: TenantApplierParts) {}

  /** What `apply` would do. `tenantId` is the tenant that the directory must be of. */
  async plan(tenantId: string, files: TenantFiles): Promise<PlanResult> {
    const checked = await this.check(tenantId, files);
    return checked.ok ? this.planChecked(tenantId, checked) : checked;
  }

  /** Applies in one transaction with its log entries. Resolves when this process decides by the new state. */
  async apply(tenantId: string, files: TenantFiles, actor: string): Promise<ApplyResult> {
    const checked = await this.check(tenantId, files);
    return checked.ok ? this.applyChecked(tenantId, checked, actor) : checked;
  }

  /** Plans or applies, as a client's request says; it is read where it holds nobody up. Rejects with BadRequestError. */
  async applyBody(
    tenantId: string,
    body: Uint8Array,
    actor: string,
  ): Promise<PlanResult | ApplyResult> {
    const checked = await this.check(tenantId, body);
    if (!checked.ok) return checked;
    if (checked.dryRun) return this.planChecked(tenantId, checked);
    return this.applyChecked(tenantId, checked, actor);
  }

  private async planChecked(tenantId: string, checked: Checked): Promise<PlanResult> {
    const changes = await changesOf(checked, await this.parts.store.read(tenantId));
    return { ok: true, plan: this.planOf(checked, changes) };
  }

  private async applyChecked(
    tenantId: string,
    checked: Checked,
    actor: string,
  ): Promise<ApplyResult> {
    try {
      if (checked.policy) await this.stage(tenantId, checked.policy);
      const changes = await this.write(tenantId, checked, actor);
      const changed = changes.items.length > 0;
      if (changed) await this.parts.facts.catchUp(tenantId);
      return { ok: true, plan: this.planOf(checked, changes), changed };
    } catch (error) {
      if (error instanceof PepKeyTakenError) return refusedKey(error);
      throw error;
    }
  }

  private async check(
    tenantId: string,
    source: TenantFiles | Uint8Array,
  ): Promise<Checked | Refused> {
    const { checker, clock, policies } = this.parts;
    const inForce = await policies.artifactInForce(tenantId);
    return checker.check({ tenantId, source, nowMs: clock.nowMs(), ...(inForce && { inForce }) });
  }

  /** Every process compiles the version before it is in force: a promotion that has to wait holds every other fact of the tenant up. */
  private async stage(tenantId: string, policy: PublishedPolicy): Promise<void> {
    const { store, facts } = this.parts;
    if (await store.stagePolicy(tenantId, policy))
      await facts.stagePolicy(tenantId, policy.version);
  }

  private write(tenantId: string, checked: Checked, actor: string): Promise<TenantChanges> {
    const { store, log, clock } = this.parts;
    return store.transact(tenantId, async (writing) => {
      const changes = await changesOf(checked, await writing.read());
      if (changes.items.length === 0) return changes;
      const author = { actor, nowMs: clock.nowMs() };
      await writing.write(changes, author);
      // Last, because it locks the log: decisions of the tenant wait for it.
      await log.appendWithin(writing.tx, applyEntries(tenantId, changes, author));
      return changes;
    });
  }

  private planOf(checked: Checked, changes: TenantChanges) {
    const { tenant, policy, warnings } = checked;
    const about = { tenant: tenant.settings.name, isNew: changes.isNew, warnings };
    return planOf(changes.items, policy ? { ...about, policyVersion: policy.version } : about);
  }
}

function refusedKey({ pepName }: PepKeyTakenError): Refused {
  const message = `The key of "${pepName}" cannot be used. Choose another one.`;
  return { ok: false, problems: [{ file: 'peps.yaml', message }] };
}
