import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { unzipSync, zipSync } from 'fflate';
import { ZipStream } from '../../apps/api/src/evidence/zip-stream.js';
import { ZipError, ZipFile } from '../../apps/cli/src/zip-file.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-zip-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const MODIFIED = new Date('2026-11-22T10:00:00Z');
const CONTENT = {
  'README.md': Buffer.from('# read me'),
  'entries.ndjson': Buffer.from('{"id":"decision","n":1}\n'.repeat(5_000)),
  'leaf-hashes.bin': randomBytes(3_200),
  empty: Buffer.of(),
};

async function write(largest?: number): Promise<Buffer> {
  const zip = new ZipStream(MODIFIED, largest);
  const parts: Uint8Array[] = [];
  for (const [name, content] of Object.entries(CONTENT)) {
    const halves = [content.subarray(0, content.length / 2), content.subarray(content.length / 2)];
    for await (const part of zip.file(name, halves, name.endsWith('json'))) parts.push(part);
  }
  return Buffer.concat([...parts, ...zip.end()]);
}

async function read(bytes: Uint8Array): Promise<Record<string, Buffer>> {
  const path = join(folder, 'read.zip');
  writeFileSync(path, bytes);
  const zip = await ZipFile.open(path);
  const files: Record<string, Buffer> = {};
  for (const name of zip.names) {
    const parts: Uint8Array[] = [];
    for await (const part of zip.read(name)) parts.push(part);
    files[name] = Buffer.concat(parts);
  }
  return files;
}

describe('an export as a ZIP', () => {
  test.each([
    ['of common size', undefined],
    ['with a file beyond 32 bits', 50_000],
    ['with the directory beyond 32 bits', 500],
    ['with everything beyond 32 bits', 0],
  ])('%s is read as it was written', async (_, largest) => {
    expect(await read(await write(largest))).toEqual(CONTENT);
  });

  test('is opened by other readers, and other archives by ours', async () => {
    const files = unzipSync(new Uint8Array(await write()));
    for (const [name, content] of Object.entries(CONTENT))
      expect(Buffer.from(files[name] ?? []).equals(content)).toBe(true);
    expect(await read(zipSync(files))).toEqual(CONTENT);
  });

  test('that was damaged or cut is refused or read as damaged, and never crashes the reader', async () => {
    const whole = await write(500);
    const damage = fc.record({ at: fc.nat(whole.length - 1), bit: fc.nat(7), cut: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(damage, async ({ at, bit, cut }) => {
        const bytes = Buffer.from(cut ? whole.subarray(0, at) : whole);
        if (!cut) bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
        await read(bytes).catch((error: unknown) => expect(error).toBeInstanceOf(ZipError));
      }),
      { numRuns: 300 },
    );
  });

  test('with two files of one name is refused', async () => {
    const zip = new ZipStream(MODIFIED);
    const parts: Uint8Array[] = [];
    for (const content of ['one', 'two'])
      for await (const part of zip.file('same', [Buffer.from(content)])) parts.push(part);
    await expect(read(Buffer.concat([...parts, ...zip.end()]))).rejects.toThrow('twice');
  });

  test('a source that fails ends the archive, compressed or not', async () => {
    const failing = async function* () {
      yield await Promise.resolve(readFileSync(import.meta.filename));
      throw new Error('the log is damaged');
    };
    for (const compress of [true, false]) {
      const reading = (async () => {
        for await (const part of new ZipStream(MODIFIED).file('x', failing(), compress)) void part;
      })();
      await expect(reading).rejects.toThrow('the log is damaged');
    }
  });
});
