import { ed25519 } from '@noble/curves/ed25519.js';
import {
  encodeEntry,
  formatTlogProof,
  formatVkey,
  inclusionPath,
  leafHash,
  merkleRoot,
  signCheckpoint,
  type LogEntryObject,
} from '@sallyport/audit';
import type { EntryProof } from '../src/graphql-types.js';

const ORIGIN = 'broker.example/log/acme';
const SEED = new Uint8Array(32).fill(7);
const VKEY = formatVkey(ORIGIN, ed25519.getPublicKey(SEED));

/** A real transparency log in memory: what the console verifies here is what it verifies against a broker. */
export class FixtureLog {
  readonly entries: LogEntryObject[] = [];
  readonly #bytes: Uint8Array[] = [];
  /** Entries that the last checkpoint covers. */
  published = 0;

  append(entry: LogEntryObject): number {
    this.entries.push(entry);
    this.#bytes.push(encodeEntry(entry));
    return this.entries.length - 1;
  }

  publish(): void {
    this.published = this.entries.length;
  }

  leafHash(index: number): string {
    return Buffer.from(leafHash(this.#bytesOf(index))).toString('hex');
  }

  /** The proof of an entry, or null while no checkpoint covers it. `isTampered` changes one byte of what was logged. */
  proof(index: number, isTampered = false): EntryProof | null {
    const size = this.published;
    if (index >= size) return null;
    const leaves = this.#bytes.slice(0, size).map((bytes) => leafHash(bytes));
    const hashAt = (level: number, at: number) =>
      merkleRoot(leaves.slice(at * 2 ** level, (at + 1) * 2 ** level));
    const note = signCheckpoint(
      { origin: ORIGIN, size, root: merkleRoot(leaves) },
      { name: ORIGIN, privateKey: SEED },
    );
    const proof = formatTlogProof({
      index,
      proof: inclusionPath(index, size, hashAt),
      checkpoint: note,
    });
    const bytes = Uint8Array.from(this.#bytesOf(index));
    if (isTampered) bytes[bytes.indexOf(0x3a) + 2] = 0x7a;
    return {
      index,
      treeSize: size,
      entry: Buffer.from(bytes).toString('base64'),
      proof,
      vkey: VKEY,
      origin: ORIGIN,
    };
  }

  checkpoint(signedAt: string) {
    const leaves = this.#bytes.slice(0, this.published).map((bytes) => leafHash(bytes));
    const root = merkleRoot(leaves);
    const note = signCheckpoint(
      { origin: ORIGIN, size: this.published, root },
      { name: ORIGIN, privateKey: SEED },
    );
    return {
      origin: ORIGIN,
      size: this.published,
      root: Buffer.from(root).toString('base64'),
      note,
      vkey: VKEY,
      signedAt,
      logSize: this.entries.length,
    };
  }

  #bytesOf(index: number): Uint8Array {
    const bytes = this.#bytes[index];
    if (bytes === undefined) throw new RangeError(`there is no entry ${index}`);
    return bytes;
  }
}
