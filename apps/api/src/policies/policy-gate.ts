import type { Problem, TenantDefinition } from '@sallyport/contracts';

/** What stands between a policy and its promotion. */
export interface PolicyVerdict {
  /** Content address of the version; undefined where the directory holds no policies. */
  readonly version: string | undefined;
  /** Nothing is promoted while there is one. */
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** Checks a tenant's policies as a whole, then asks them its golden cases (design §8). */
export abstract class PolicyGate {
  abstract judge(tenant: TenantDefinition, nowMs: number): PolicyVerdict;
}
