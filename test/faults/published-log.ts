import { setTimeout as sleep } from 'node:timers/promises';
import {
  decodeEntryBundle,
  entriesPath,
  leafHash,
  merkleRoot,
  proveConsistencyFromTiles,
  proveInclusionFromTiles,
  TILE_WIDTH,
  tilePath,
  verifyCheckpoint,
  type VerifiedCheckpoint,
  verifyConsistency,
  verifyInclusion,
} from '@sallyport/audit';

/** What of an entry the tests look at. */
export interface LoggedEntry {
  readonly type: string;
  readonly id: string;
  readonly time: string;
  readonly decision?: boolean;
  readonly subject?: { readonly id: string };
  readonly grantId?: string;
  readonly tokenId?: string;
}

interface Bundle {
  readonly entries: readonly Uint8Array[];
  readonly hashes: readonly Uint8Array[];
}

/** A checkpoint covers an answered decision within seconds, 30 at the very most. */
const COVERED_MS = 30_000;

/** A tenant's log as a stranger with a key reads it: nothing is taken on trust. */
export class PublishedLog {
  private readonly bundles = new Map<string, Promise<Bundle>>();
  private readonly fetched = new Map<string, Promise<Uint8Array>>();

  constructor(
    private readonly baseUrl: string,
    private readonly tenant: string,
    private readonly key: string,
  ) {}

  /** The latest checkpoint; throws unless the log's own key signed it. */
  async checkpoint(): Promise<VerifiedCheckpoint> {
    const text = async (path: string) => new TextDecoder().decode(await this.read(path));
    return verifyCheckpoint(await text('checkpoint'), (await text('vkey')).trim());
  }

  /** Every entry up to a checkpoint, byte for byte; throws unless they hash to its root. */
  async entries({ size, root }: VerifiedCheckpoint): Promise<Uint8Array[]> {
    const bundles: Bundle[] = [];
    for (let index = 0; index * TILE_WIDTH < size; index += 1)
      bundles.push(await this.bundle(index, Math.min(TILE_WIDTH, size - index * TILE_WIDTH)));
    const entries = bundles.flatMap((bundle) => bundle.entries);
    const computed = merkleRoot(bundles.flatMap(({ hashes }) => hashes));
    if (entries.length !== size || Buffer.compare(computed, root) !== 0)
      throw new Error(`the entries are not those of the checkpoint of size ${size}`);
    return entries;
  }

  /** The first checkpoint that covers all these entries, with everything it covers. Rejects when none does in time. */
  async covering(
    ids: readonly string[],
  ): Promise<{ readonly checkpoint: VerifiedCheckpoint; readonly entries: readonly Uint8Array[] }> {
    let missing = ids.length;
    for (const deadline = Date.now() + COVERED_MS; Date.now() < deadline; await sleep(250)) {
      const checkpoint = await this.checkpoint().catch(() => undefined);
      if (!checkpoint) continue;
      const entries = await this.entries(checkpoint);
      const logged = new Set(entries.map((entry) => readEntry(entry).id));
      missing = ids.filter((id) => !logged.has(id)).length;
      if (missing === 0) return { checkpoint, entries };
    }
    throw new Error(`no checkpoint covers ${missing} of ${ids.length} entries`);
  }

  /** Whether a proof from the log's tiles leads from the entry to the checkpoint's root. */
  async includes(
    { size, root }: VerifiedCheckpoint,
    leafIndex: number,
    entry: Uint8Array,
  ): Promise<boolean> {
    const proof = await proveInclusionFromTiles(leafIndex, size, this.tile);
    return verifyInclusion({ leafIndex, treeSize: size, leafHash: leafHash(entry), proof, root });
  }

  /** Whether a proof from the log's tiles shows that the newer tree begins with all of the older. */
  async extends(newer: VerifiedCheckpoint, older: VerifiedCheckpoint): Promise<boolean> {
    const proof = await proveConsistencyFromTiles(older.size, newer.size, this.tile);
    const roots = { root1: older.root, root2: newer.root };
    return verifyConsistency({ size1: older.size, size2: newer.size, ...roots, proof });
  }

  /** A full bundle never changes. */
  private bundle(index: number, width: number): Promise<Bundle> {
    const path = entriesPath(index, width);
    const known = this.bundles.get(path) ?? this.read(path).then(bundleOf);
    if (width === TILE_WIDTH) this.bundles.set(path, known);
    known.catch(() => this.bundles.delete(path));
    return known;
  }

  private readonly tile = (level: number, index: number, width: number): Promise<Uint8Array> => {
    const path = tilePath(level, index, width);
    const known = this.fetched.get(path) ?? this.read(path);
    this.fetched.set(path, known);
    return known;
  };

  private async read(path: string): Promise<Uint8Array> {
    const answer = await fetch(`${this.baseUrl}/log/${this.tenant}/${path}`, {
      headers: { authorization: `Bearer ${this.key}` },
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return new Uint8Array(await answer.arrayBuffer());
  }
}

function bundleOf(bytes: Uint8Array): Bundle {
  const entries = decodeEntryBundle(bytes);
  return { entries, hashes: entries.map(leafHash) };
}

export function readEntry(bytes: Uint8Array): LoggedEntry {
  return JSON.parse(new TextDecoder().decode(bytes)) as LoggedEntry;
}
