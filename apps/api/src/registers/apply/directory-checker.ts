import type { PolicyGate } from '../../policies/policy-gate.js';
import { checkDirectory, type Checked, type CheckRequest } from './check-directory.js';
import type { ApplyRules } from './check-tenant.js';
import type { Refused } from './tenant-plan.js';

/** A tenant directory as relative path → text. */
export type TenantFiles = ReadonlyMap<string, string>;

/** A directory to judge; the rules are the checker's own. */
export type DirectoryToCheck = Omit<CheckRequest, 'rules'>;

/** Judges directories. */
export abstract class DirectoryChecker {
  abstract check(directory: DirectoryToCheck): Promise<Checked | Refused>;
}

/** In the caller's thread: whoever else uses it waits. */
export class InlineDirectoryChecker extends DirectoryChecker {
  constructor(
    private readonly gate: PolicyGate,
    private readonly rules: ApplyRules,
  ) {
    super();
  }

  async check(directory: DirectoryToCheck): Promise<Checked | Refused> {
    return checkDirectory({ ...directory, rules: this.rules }, this.gate);
  }
}
