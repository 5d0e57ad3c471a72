import type { Obligation } from '@sallyport/contracts';

/** What a policy says beside allow or deny (design §4). */
export interface PolicyAnnotations {
  readonly effect: 'permit' | 'forbid';
  readonly mode: 'enforce' | 'shadow';
  /** `@reason`: a reason code, or words for people. */
  readonly reason?: string;
  readonly obligation?: Obligation;
  readonly advice?: Obligation;
  readonly ttlSeconds?: number;
  /** `@control`: which controls the policy serves, such as `SOC2:CC6.1`. */
  readonly controls: readonly string[];
}
