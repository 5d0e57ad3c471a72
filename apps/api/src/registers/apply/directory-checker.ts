import type { PolicyGate } from '../../policies/policy-gate.js';
import { checkDirectory, type Checked } from './check-directory.js';
import type { ApplyRules } from './check-tenant.js';
import type { Refused } from './tenant-plan.js';

/** A tenant directory as relative path → text. */
export type TenantFiles = ReadonlyMap<string, string>;

/** Judges directories. */
export abstract class DirectoryChecker {
  abstract check(tenantId: string, files: TenantFiles, nowMs: number): Promise<Checked | Refused>;
}

/** In the caller's thread: whoever else uses it waits. */
export class InlineDirectoryChecker extends DirectoryChecker {
  constructor(
    private readonly gate: PolicyGate,
    private readonly rules: ApplyRules,
  ) {
    super();
  }

  async check(tenantId: string, files: TenantFiles, nowMs: number): Promise<Checked | Refused> {
    return checkDirectory({ tenantId, files, rules: this.rules, nowMs }, this.gate);
  }
}
