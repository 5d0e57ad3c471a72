import type { AdminEntry, PolicyBundle } from '@sallyport/contracts';

/** What decides by a version: its compiled form, or Cedar's own evaluator once the two disagreed. */
export type EngineName = 'compiled' | 'cedar-wasm';

/** A policy version as the registers know it; its content is read when it is loaded. */
export interface StoredPolicy {
  /** Content address of its sources. */
  readonly id: string;
  readonly engine: EngineName;
}

/**
 * The artifact that is kept for a version. `broken`: there is one, but no broker with this master key made it for this version. It is then built anew
 * from the sources, which prove themselves: their hash is the version's name.
 */
export type KeptArtifact =
  { readonly kind: 'kept'; readonly bytes: Uint8Array } | { readonly kind: 'absent' | 'broken' };

/** Where policy versions are kept. */
export abstract class PolicyStore {
  /** The sources of a version; undefined when there is no such version. */
  abstract bundle(tenantId: string, version: string): Promise<PolicyBundle | undefined>;
  abstract artifact(tenantId: string, version: string): Promise<KeptArtifact>;
  /** The artifact of the version in force, for the next one to take over what both have; undefined where there is none to trust. */
  abstract artifactInForce(tenantId: string): Promise<Uint8Array | undefined>;
  /** Leaves a version to Cedar's own evaluator for good, and logs why, in one transaction; nothing where that was done before. */
  abstract distrust(tenantId: string, version: string, entry: AdminEntry): Promise<void>;
  /** Keeps an artifact in place of whatever was kept for the version. */
  abstract keepArtifact(tenantId: string, version: string, bytes: Uint8Array): Promise<void>;
}
