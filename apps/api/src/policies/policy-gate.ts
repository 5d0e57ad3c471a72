import type { Problem, TenantDefinition } from '@sallyport/contracts';

/** A version that passed, as it is stored: nobody has to read its sources again to put it into force. */
export interface PublishedPolicy {
  /** Content address of the sources. */
  readonly version: string;
  /** The sources: a PolicyBundle as JSON in UTF-8. */
  readonly bundle: Uint8Array;
  /** SHA-256 of each source (hexadecimal), to tell which of them changed. */
  readonly digests: Readonly<Record<string, string>>;
  /** What every process compiles, encoded. */
  readonly artifact: Uint8Array;
}

/** What stands between a policy and its promotion. */
export interface PolicyVerdict {
  /** Undefined where the directory holds no policies, and where there is a problem. */
  readonly policy: PublishedPolicy | undefined;
  /** Nothing is promoted while there is one. */
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** Checks a tenant's policies as a whole, then asks them its golden cases (design §8). */
export abstract class PolicyGate {
  /** `inForce` is the artifact of the version before: policies that both have are not parsed again. */
  abstract judge(tenant: TenantDefinition, nowMs: number, inForce?: Uint8Array): PolicyVerdict;
}
