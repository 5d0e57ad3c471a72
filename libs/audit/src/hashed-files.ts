import { bytesToHex } from '@noble/hashes/utils.js';
import type { BundleSource } from './bundle-files.js';
import type { CreateSha256 } from './sha256.js';

/** A bundle that remembers the hash of every file that was read to its end, so that none is read twice to be hashed. */
export class HashedFiles implements BundleSource {
  readonly names: readonly string[];
  private readonly hashes = new Map<string, string>();

  constructor(
    private readonly source: BundleSource,
    private readonly createSha256: CreateSha256,
  ) {
    this.names = source.names;
  }

  readonly open = (name: string): AsyncIterable<Uint8Array> => this.read(name);

  /** SHA-256 of the file in hex. */
  async sha256(name: string): Promise<string> {
    const known = this.hashes.get(name);
    if (known !== undefined) return known;
    const parts = this.read(name);
    while (!(await parts.next()).done);
    return this.hashes.get(name) ?? '';
  }

  private async *read(name: string): AsyncGenerator<Uint8Array> {
    const hash = this.createSha256();
    for await (const part of this.source.open(name)) {
      hash.update(part);
      yield part;
    }
    this.hashes.set(name, bytesToHex(hash.digest()));
  }
}
