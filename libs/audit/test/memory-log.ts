import { createHash } from 'node:crypto';

const sha256 = (...parts: Uint8Array[]): Uint8Array => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
};

/** RFC 9162 §2.1.1 word for word, on Node's own SHA-256: the oracle that the library is compared with. */
export function referenceRoot(entries: readonly Uint8Array[]): Uint8Array {
  const [first] = entries;
  if (first === undefined) return sha256();
  if (entries.length === 1) return sha256(Uint8Array.of(0), first);
  let split = 1;
  while (split * 2 < entries.length) split *= 2;
  const [left, right] = [entries.slice(0, split), entries.slice(split)];
  return sha256(Uint8Array.of(1), referenceRoot(left), referenceRoot(right));
}

/** A whole log in memory, all perfect subtrees computed with Node's SHA-256; entry i is the text `entry i` unless given. */
export class MemoryLog {
  private readonly levels: Uint8Array[][];

  constructor(readonly entries: readonly Uint8Array[]) {
    let level = entries.map((entry) => sha256(Uint8Array.of(0), entry));
    this.levels = [level];
    while (level.length > 1) {
      level = Array.from({ length: Math.floor(level.length / 2) }, (_, i) =>
        sha256(Uint8Array.of(1), at(level, 2 * i), at(level, 2 * i + 1)),
      );
      this.levels.push(level);
    }
  }

  static ofSize(size: number): MemoryLog {
    return new MemoryLog(Array.from({ length: size }, (_, i) => Buffer.from(`entry ${String(i)}`)));
  }

  entry = (index: number): Uint8Array => at(this.entries, index);

  hashAt = (level: number, index: number): Uint8Array => at(at(this.levels, level), index);

  leaf = (index: number): Uint8Array => this.hashAt(0, index);

  leaves = (size: number): Uint8Array[] => at(this.levels, 0).slice(0, size);

  /** Bytes of a tile as tlog-tiles defines them; remembers which were asked for. */
  readonly fetched: string[] = [];
  fetchTile = (level: number, index: number, width: number): Promise<Uint8Array> => {
    this.fetched.push(`${String(level)}/${String(index)}.p/${String(width)}`);
    const hashes = Array.from({ length: width }, (_, i) => this.hashAt(8 * level, 256 * index + i));
    return Promise.resolve(new Uint8Array(Buffer.concat(hashes)));
  };
}

/** The element at this place; throws instead of giving undefined, so that a wrong test fails where it is wrong. */
export function at<T>(list: readonly T[], index: number): T {
  const found = list[index];
  if (found === undefined) throw new Error(`nothing at ${String(index)} of ${String(list.length)}`);
  return found;
}

/** A copy with one bit flipped. */
export function flipBit(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  const place = Math.floor(bit / 8);
  copy[place] = at([...copy], place) ^ (1 << (bit % 8));
  return copy;
}
