const BLOCK = 512;

/** The regular files of a tar stream, one at a time: `{ path, bytes }`. Understands ustar, and the long names of GNU tar and pax. */
export async function* tarFiles(stream) {
  const reader = new BlockReader(stream);
  let longName;
  for (let header = await reader.take(BLOCK); header; header = await reader.take(BLOCK)) {
    if (header.every((byte) => byte === 0)) continue;
    const size = Number.parseInt(textOf(header, 124, 12).trim() || '0', 8);
    const padded = Math.ceil(size / BLOCK) * BLOCK;
    const body = padded === 0 ? Buffer.alloc(0) : await reader.take(padded);
    if (body === undefined) throw new Error('the archive ends within a file');
    const bytes = body.subarray(0, size);
    const kind = textOf(header, 156, 1);
    if (kind === 'L') longName = textOf(bytes, 0, size);
    else if (kind === 'x') longName = paxPath(bytes.toString('utf8')) ?? longName;
    else {
      if (kind === '0' || kind === '')
        yield { path: pathOf(longName ?? nameOf(header)), bytes: Buffer.from(bytes) };
      longName = undefined;
    }
  }
}

class BlockReader {
  #chunks;
  #held = [];
  #size = 0;

  constructor(stream) {
    this.#chunks = stream[Symbol.asyncIterator]();
  }

  /** The next `count` bytes; undefined at the end. */
  async take(count) {
    while (this.#size < count) {
      const { value, done } = await this.#chunks.next();
      if (done) return undefined;
      this.#held.push(value);
      this.#size += value.length;
    }
    const all = this.#held.length === 1 ? this.#held[0] : Buffer.concat(this.#held);
    this.#held = [all.subarray(count)];
    this.#size -= count;
    return all.subarray(0, count);
  }
}

function nameOf(header) {
  const prefix = textOf(header, 345, 155);
  const name = textOf(header, 0, 100);
  return prefix === '' ? name : `${prefix}/${name}`;
}

function pathOf(name) {
  return name.replace(/^\.\//, '');
}

function paxPath(text) {
  return /^\d+ path=(.*)$/m.exec(text)?.[1];
}

function textOf(bytes, at, length) {
  const field = bytes.subarray(at, at + length);
  const end = field.indexOf(0);
  return field.subarray(0, end < 0 ? length : end).toString('utf8');
}
