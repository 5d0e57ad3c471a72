/** A signed statement of the log about itself, as it was published. */
export interface PublishedCheckpoint {
  readonly size: number;
  /** 32 bytes. */
  readonly root: Uint8Array;
  /** C2SP signed note. */
  readonly note: string;
  readonly signedAt: Date;
}

/** How far a tenant's log has come: what is durable, and what of that a checkpoint covers. */
export interface LogState {
  readonly size: number;
  readonly checkpoint: PublishedCheckpoint | undefined;
}

/** The stored log does not hold what was appended: somebody went around the database's guards. */
export class LogDamagedError extends Error {
  override readonly name = 'LogDamagedError';
}

/** The first `width` hashes of a tile; 256 of a full one. */
export interface TileId {
  readonly level: number;
  readonly index: number;
  readonly width: number;
  /**
   * No more than 16 hashes of the tile are wanted: a run of its own by number, 0 to 15, or with 16 its middle. Not of
   * a tile of level 0 that is not full.
   */
  readonly part?: number | undefined;
}

/** Level of what `frontierOf` names. */
export const FRONTIER = -1;

/**
 * The frontier of the tree of a checkpoint, read like a tile: the roots of its perfect subtrees, largest first. Nothing is
 * stored of it for other sizes, and for checkpoints of earlier versions.
 */
export function frontierOf(size: number, width: number): TileId {
  return { level: FRONTIER, index: size, width };
}

/** A tile as stored, or put together from what is stored one level down. */
export interface StoredTile {
  /** The part that was asked for, where the tile is stored in parts: nothing else comes with it. */
  readonly part?: Uint8Array | undefined;
  /** Shorter than it should be when the log is damaged. */
  readonly hashes: Uint8Array;
  /** The 16 hashes four levels up, where they were stored with a full tile. */
  readonly middle: Uint8Array | undefined;
  /** Places in `hashes` that hold nothing yet: the full tile one level down is not built. */
  readonly gaps: readonly number[];
}

/** The tenant's transparency log, reading side: bytes and hashes exactly as stored. Nothing here is verified. */
export abstract class LogReader {
  /** Undefined when there is no such tenant. */
  abstract state(tenantId: string): Promise<LogState | undefined>;

  /** Entries from `first` up to, not including, `end`. Rejects with LogDamagedError when one is missing. */
  abstract entries(tenantId: string, first: number, end: number): Promise<Uint8Array[]>;

  /** Single entries by index; those that are not in the log are absent. */
  abstract entriesAt(
    tenantId: string,
    indexes: readonly number[],
  ): Promise<ReadonlyMap<number, Uint8Array>>;

  /** Single leaf hashes by index, as stored; those that are not in the log are absent. */
  abstract leafHashesAt(
    tenantId: string,
    indexes: readonly number[],
  ): Promise<ReadonlyMap<number, Uint8Array>>;

  /** Leaf hashes from `first` up to, not including, `end`, 32 bytes each. Rejects with LogDamagedError when one is missing. */
  abstract leafHashes(tenantId: string, first: number, end: number): Promise<Uint8Array>;

  /** What is stored of tiles, in the order asked for, all read at once. */
  abstract tiles(tenantId: string, tiles: readonly TileId[]): Promise<readonly StoredTile[]>;
}

/** Full tiles, stored behind the log so that proofs cost a few reads. Anyone may push them forward. */
export abstract class LogTiles {
  /** Stores the next stretch of tiles that became full. True when there is more to do. */
  abstract advance(tenantId: string): Promise<boolean>;
}
