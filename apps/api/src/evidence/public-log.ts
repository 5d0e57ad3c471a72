import {
  encodeEntryBundle,
  formatTlogProof,
  TILE_WIDTH,
  type TilePath,
  tileWidth,
} from '@sallyport/audit';
import { NotFoundError } from '../platform/errors.js';
import { LogKeys } from './log-keys.js';
import {
  LogDamagedError,
  LogReader,
  type LogState,
  type PublishedCheckpoint,
} from './log-reader.ports.js';
import { RecentValues } from './recent-values.js';
import { TreeHashes } from './tree-hashes.js';

/** All that somebody needs to check one entry without us. */
export interface EntryProof {
  readonly index: number;
  readonly treeSize: number;
  /** The exact bytes that were logged. */
  readonly entry: Uint8Array;
  /** Text of a `.tlog-proof` file. */
  readonly proof: string;
  readonly vkey: string;
  readonly origin: string;
}

const MAX_REMEMBERED = 1_000;

/** A tenant's log as C2SP tlog-tiles publishes it: nothing beyond the last signed checkpoint is shown. */
export class PublicLog {
  /** Size of the last checkpoint that was read, by tenant. */
  private readonly published = new RecentValues<number>(MAX_REMEMBERED);

  constructor(
    private readonly reader: LogReader,
    private readonly hashes: TreeHashes,
    private readonly keys: LogKeys,
  ) {}

  /** Rejects with NotFoundError when there is no such tenant. */
  async state(tenantId: string): Promise<LogState> {
    const state = await this.reader.state(tenantId);
    if (!state) throw new NotFoundError('no such tenant');
    return state;
  }

  /** The last checkpoint. Rejects with NotFoundError when none was signed yet. */
  async checkpoint(tenantId: string): Promise<PublishedCheckpoint> {
    const { checkpoint } = await this.state(tenantId);
    if (!checkpoint) throw new NotFoundError('no checkpoint was published yet');
    return checkpoint;
  }

  /** The key that verifies the last checkpoint; the one that will sign the first where there is none. */
  async vkey(tenantId: string): Promise<string> {
    const { checkpoint } = await this.state(tenantId);
    const source = checkpoint
      ? await this.keys.behind(tenantId, checkpoint.note)
      : await this.keys.current(tenantId);
    return source.vkey;
  }

  /** Bytes of a tile or an entry bundle. Rejects with NotFoundError beyond the last checkpoint. */
  async tile(tenantId: string, path: TilePath): Promise<Uint8Array> {
    await this.requirePublished(tenantId, path);
    if (path.kind === 'tile') {
      return this.hashes.tile(tenantId, path.level, path.index, path.width);
    }
    const first = path.index * TILE_WIDTH;
    return encodeEntryBundle(await this.reader.entries(tenantId, first, first + path.width));
  }

  /** What was published once stays so: the last checkpoint is read only for what an earlier one did not reach. */
  private async requirePublished(tenantId: string, path: TilePath): Promise<void> {
    const level = path.kind === 'tile' ? path.level : 0;
    const reaches = (size: number) => path.width <= tileWidth(level, path.index, size);
    if (reaches(this.published.get(tenantId) ?? 0)) return;
    const { size } = await this.checkpoint(tenantId);
    this.published.set(tenantId, size);
    if (!reaches(size)) throw new NotFoundError('the last checkpoint does not reach this tile');
  }

  /** The proof that an entry is in the log; undefined until a checkpoint covers it. */
  async prove(tenantId: string, index: number): Promise<EntryProof | undefined> {
    const { checkpoint } = await this.state(tenantId);
    if (!checkpoint || index >= checkpoint.size) return undefined;
    const { size, note } = checkpoint;
    const entry = (await this.reader.entriesAt(tenantId, [index])).get(index);
    if (!entry) throw new LogDamagedError(`entry ${String(index)} is gone`);
    const proof = await this.hashes.inclusionProof(tenantId, index, size);
    const source = await this.keys.behind(tenantId, note);
    const text = formatTlogProof({ index, proof, checkpoint: note });
    return { index, treeSize: size, entry, proof: text, ...source };
  }
}
