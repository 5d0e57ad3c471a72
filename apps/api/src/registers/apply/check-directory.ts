import { readTenantDirectory, type Problem, type TenantDefinition } from '@sallyport/contracts';
import type { PolicyGate, PublishedPolicy } from '../../policies/policy-gate.js';
import { checkTenant, warnAbout, type ApplyRules } from './check-tenant.js';
import { readApplyBody } from './read-apply-body.js';
import type { TenantFiles } from './directory-checker.js';
import type { Refused } from './tenant-plan.js';

/** A directory that can be applied. */
export interface Checked {
  readonly ok: true;
  readonly tenant: Omit<TenantDefinition, 'policies'>;
  /** Undefined where it has no policies. */
  readonly policy: PublishedPolicy | undefined;
  readonly warnings: readonly Problem[];
  /** The client wants to know only what applying would do. */
  readonly dryRun: boolean;
}

export interface CheckRequest {
  /** The tenant that the directory must be of. */
  readonly tenantId: string;
  /** Files by their path in the directory, or a client's request to apply them, as it was sent. */
  readonly source: TenantFiles | Uint8Array;
  readonly rules: ApplyRules;
  readonly nowMs: number;
  /** The artifact of the policies in force. */
  readonly inForce?: Uint8Array;
}

/**
 * Everything that can be said about a directory without looking at what is stored. Takes seconds for a large one. Throws
 * BadRequestError where a client's request cannot be read.
 */
export function checkDirectory(request: CheckRequest, gate: PolicyGate): Checked | Refused {
  const { tenantId, source, rules, nowMs, inForce } = request;
  const { files, dryRun } =
    source instanceof Uint8Array ? readApplyBody(source) : { files: source, dryRun: false };
  const read = readTenantDirectory(files);
  if (!read.ok) return read;
  const { tenant } = read;
  if (tenant.settings.name !== tenantId) {
    const message = `The name is "${tenant.settings.name}", but the tenant asked for is "${tenantId}".`;
    return { ok: false, problems: [{ file: 'tenant.yaml', message }] };
  }
  const problems = checkTenant(tenant, rules);
  if (problems.length > 0) return { ok: false, problems };
  const verdict = gate.judge(tenant, nowMs, inForce);
  if (verdict.problems.length > 0) return { ok: false, problems: verdict.problems };
  const warnings = [...read.warnings, ...verdict.warnings, ...warnAbout(tenant)];
  const { policies: _, ...rest } = tenant;
  return { ok: true, tenant: rest, policy: verdict.policy, warnings, dryRun };
}
