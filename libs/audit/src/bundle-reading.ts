import { BundleError } from './export-manifest.js';

const NEWLINE = 0x0a;

/** The lines of a file, without their newline; a last line without one counts. Throws BundleError for one that is too long. */
export async function* readLines(
  parts: AsyncIterable<Uint8Array>,
  name: string,
  maxBytes: number,
): AsyncGenerator<Uint8Array> {
  let rest = new Uint8Array();
  for await (const part of parts) {
    const bytes = rest.length === 0 ? part : join(rest, part);
    let at = 0;
    for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, at)) {
      yield bytes.subarray(at, end);
      at = end + 1;
    }
    rest = bytes.slice(at);
    // A line that is longer than anything that could stand there is not kept growing.
    if (rest.length > maxBytes) throw new BundleError(`${name} has a line that is too long`);
  }
  if (rest.length > 0) yield rest;
}

/** The records of a file, `size` bytes each. Throws BundleError when the last one is cut short. */
export async function* readRecords(
  parts: AsyncIterable<Uint8Array>,
  name: string,
  size: number,
): AsyncGenerator<Uint8Array> {
  let rest = new Uint8Array();
  for await (const part of parts) {
    const bytes = rest.length === 0 ? part : join(rest, part);
    let at = 0;
    for (; at + size <= bytes.length; at += size) yield bytes.subarray(at, at + size);
    rest = bytes.slice(at);
  }
  if (rest.length > 0) throw new BundleError(`${name} ends within a hash`);
}

function join(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
}
