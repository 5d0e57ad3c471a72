import type { PublishedCheckpoint } from './log-reader.ports.js';

/** What a signer has to go by: the log's head, and what was signed last. */
export interface UnsignedHead {
  readonly size: number;
  readonly root: Uint8Array;
  /** Roots of the perfect subtrees, as the head keeps them. */
  readonly frontier: Uint8Array;
  readonly last: PublishedCheckpoint | undefined;
}

/** Where checkpoints are published. Append-only. */
export abstract class CheckpointStore {
  /**
   * Shows the head to `sign` when the log has grown beyond the last checkpoint, and publishes what comes back. One signer
   * of a tenant works at a time, over all processes; who comes second does nothing. Returns what was published.
   */
  abstract publish(
    tenantId: string,
    sign: (head: UnsignedHead) => Promise<PublishedCheckpoint>,
  ): Promise<PublishedCheckpoint | undefined>;
}
