import * as bundle from './bundle-files.js';
import { readLines, readRecords } from './bundle-reading.js';
import { equalBytes, utf8Decode } from './bytes.js';
import type { Checkpoint } from './checkpoint.js';
import { parseDecimal } from './decimal.js';
import { MAX_ENTRY_BYTES } from './entry-bundle.js';
import { BundleError, type ExportManifest } from './export-manifest.js';
import { HASH_BYTES } from './merkle.js';
import { gapSubtrees, RootFold } from './merkle-gaps.js';
import { type CreateSha256, treeHashing } from './sha256.js';

const MAX_INDEX_DIGITS = 16;

/**
 * Checks that line i of the bundle is the entry that the log holds at the i-th index, for all of them, reading each file
 * once. Throws BundleError naming the first index that does not hold, where the leaf hashes tell. The checkpoint must
 * have been verified.
 */
export async function checkEntries(
  source: bundle.BundleSource,
  manifest: ExportManifest,
  checkpoint: Checkpoint,
  createSha256: CreateSha256,
): Promise<void> {
  const { leafHash, nodeHash } = treeHashing(createSha256);
  const claims = new Claims(new RootFold(nodeHash));
  const lines = linesOf(source);
  const stated = recordsOf(source, bundle.LEAF_HASHES_FILE);
  const proof = new ProofReader(recordsOf(source, bundle.PROOF_FILE));
  try {
    let next = 0;
    for await (const index of indexesOf(source, manifest)) {
      await proof.cover(claims, index);
      const line = await lines.next();
      if (line.done) throw claims.fault(`entry ${String(index)} is missing`, index);
      const said = await stated.next();
      if (said.done) throw new BundleError(`${bundle.LEAF_HASHES_FILE} has too few hashes`);
      claims.addLeaf(index, leafHash(line.value), said.value);
      next = index + 1;
    }
    await proof.cover(claims, manifest.treeSize);
    await proof.end();
    if (!(await lines.next()).done) {
      const place = `line ${String(manifest.count + 1)} of ${bundle.ENTRIES_FILE}`;
      throw claims.fault(`${place}, from index ${String(next)} on, is not in the count`, next);
    }
    if (!(await stated.next()).done)
      throw new BundleError(`${bundle.LEAF_HASHES_FILE} has more hashes than there are entries`);
    claims.compare(checkpoint.root);
  } finally {
    await Promise.all([lines.return(undefined), stated.return(undefined), proof.close()]);
  }
}

/**
 * The root that the lines lead to and, from the first line on that does not have its stated hash, the root that the stated
 * hashes lead to. The signed root says which of the two is right, and so whether it was the line that was changed.
 */
class Claims {
  private stated: RootFold | undefined;
  private firstBad: number | undefined;

  constructor(private readonly computed: RootFold) {}

  get position(): number {
    return this.computed.position;
  }

  add(level: number, hash: Uint8Array): void {
    this.computed.add(level, hash);
    this.stated?.add(level, hash);
  }

  addLeaf(index: number, computed: Uint8Array, stated: Uint8Array): void {
    if (!this.stated && !equalBytes(computed, stated)) {
      this.stated = this.computed.fork();
      this.firstBad = index;
    }
    this.computed.addLeaf(computed);
    this.stated?.addLeaf(stated);
  }

  /** The fault, or the earlier line that had another hash than stated: what follows it may only have moved. */
  fault(reason: string, index: number): BundleError {
    return this.firstBad === undefined ? new BundleError(reason, index) : changed(this.firstBad);
  }

  compare(root: Uint8Array): void {
    const { firstBad } = this;
    if (equalBytes(this.computed.root(), root)) {
      if (firstBad === undefined) return;
      const reason = `entry ${String(firstBad)} is as it was logged, but ${bundle.LEAF_HASHES_FILE} has another hash for it`;
      throw new BundleError(reason, firstBad);
    }
    if (firstBad !== undefined) throw changed(firstBad);
    throw new BundleError(
      `the entries with ${bundle.PROOF_FILE} do not lead to the root in the checkpoint`,
    );
  }
}

function changed(index: number): BundleError {
  const reason =
    'the line does not hash to what the log holds here: it was changed, moved or left out';
  return new BundleError(`entry ${String(index)}: ${reason}`, index);
}

/** Takes the hashes of the gaps from the proof, as many as there must be. */
class ProofReader {
  constructor(private readonly hashes: AsyncGenerator<Uint8Array>) {}

  async cover(claims: Claims, end: number): Promise<void> {
    if (claims.position === end) return;
    for (const { level } of gapSubtrees(claims.position, end)) {
      const hash = await this.hashes.next();
      if (hash.done) throw new BundleError(`${bundle.PROOF_FILE} has too few hashes`);
      claims.add(level, hash.value);
    }
  }

  async end(): Promise<void> {
    if (!(await this.hashes.next()).done)
      throw new BundleError(`${bundle.PROOF_FILE} has more hashes than the entries need`);
  }

  async close(): Promise<void> {
    await this.hashes.return(undefined);
  }
}

function linesOf(source: bundle.BundleSource): AsyncGenerator<Uint8Array> {
  bundle.requireFile(source, bundle.ENTRIES_FILE);
  return readLines(source.open(bundle.ENTRIES_FILE), bundle.ENTRIES_FILE, MAX_ENTRY_BYTES);
}

function recordsOf(source: bundle.BundleSource, name: string): AsyncGenerator<Uint8Array> {
  bundle.requireFile(source, name);
  return readRecords(source.open(name), name, HASH_BYTES);
}

/** The index in the log of each exported entry, `manifest.count` of them. Throws BundleError when `indexes.txt` does not fit. */
async function* indexesOf(
  source: bundle.BundleSource,
  { contiguous, count, firstIndex, treeSize }: ExportManifest,
): AsyncGenerator<number> {
  const first = firstIndex ?? 0;
  if (contiguous) {
    for (let place = 0; place < count; place += 1) yield first + place;
    return;
  }
  bundle.requireFile(source, bundle.INDEXES_FILE);
  const parts = source.open(bundle.INDEXES_FILE);
  const wrong = () =>
    new BundleError(`${bundle.INDEXES_FILE} does not list the counted entries in ascending order`);
  let [last, found] = [first - 1, 0];
  for await (const line of readLines(parts, bundle.INDEXES_FILE, MAX_INDEX_DIGITS)) {
    const index = parseDecimal(utf8Decode(line) ?? '');
    const isNext = index !== undefined && (found === 0 ? index === first : index > last);
    if (!isNext || index >= treeSize || found === count) throw wrong();
    [last, found] = [index, found + 1];
    yield index;
  }
  if (found !== count) throw wrong();
}
