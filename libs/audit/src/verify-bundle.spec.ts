import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { ed25519 } from '@noble/curves/ed25519.js';
import fc from 'fast-check';
import { memoryBundle } from '../test/memory-bundle.js';
import { at, flipBit, MemoryLog } from '../test/memory-log.js';
import { type BundleSource, bundleSource } from './bundle-files.js';
import { signCheckpoint } from './checkpoint.js';
import { encodeEntry } from './log-entry.js';
import { leafHash, merkleRoot } from './merkle.js';
import { formatVkey } from './note-key.js';
import { type BundleVerdict, verifyBundle } from './verify-bundle.js';

const origin = 'sallyport.example/log/acme';
const privateKey = new Uint8Array(32).fill(9);
const vkey = formatVkey(origin, ed25519.getPublicKey(privateKey));
const SIZE = 40;
const entryBytes = (i: number) =>
  encodeEntry({ type: 'decision', id: `d${String(i)}`, note: 'two\nlines' });
const log = new MemoryLog(Array.from({ length: SIZE }, (_, i) => entryBytes(i)));
const root = merkleRoot(log.leaves(SIZE));
const checkpoint = signCheckpoint({ origin, size: SIZE, root }, { name: origin, privateKey });
const bundleOf = (indexes: readonly number[], more: { checkpoint?: string; vkey?: string } = {}) =>
  memoryBundle({ log, checkpoint, vkey, indexes, ...more });
const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, i) => from + i);
const bundle = bundleOf(range(10, 21));

const text = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('utf8');
const bytes = (value: string): Uint8Array => new TextEncoder().encode(value);
/** What the verdict says in short: `ok`, or the failed step and the entry it names. */
const judge = async (
  files: ReadonlyMap<string, Uint8Array>,
  key: string | undefined = vkey,
): Promise<string> => {
  const verdict = await verifyBundle(bundleSource(files), key, () => createHash('sha256'));
  return verdict.ok
    ? 'ok'
    : [verdict.failedStep, verdict.failingIndex].filter((part) => part !== undefined).join(' ');
};
const caveats = (verdict: BundleVerdict): string[] =>
  verdict.ok ? verdict.caveats.map(({ code }) => code) : [`failed: ${verdict.reason}`];

/** The bundle with some files replaced (or dropped) and, unless told otherwise, the manifest made to fit again. */
function tamper(
  changes: Readonly<Record<string, Uint8Array | string | undefined>>,
  members: Readonly<Record<string, unknown>> = {},
  source: ReadonlyMap<string, Uint8Array> = bundle,
): Map<string, Uint8Array> {
  const files = new Map(source);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) files.delete(name);
    else files.set(name, typeof value === 'string' ? bytes(value) : value);
  }
  const manifest = JSON.parse(text(source.get('manifest.json'))) as Record<string, unknown>;
  const hashes = [...files]
    .filter(([name]) => name !== 'manifest.json')
    .map(([name, value]) => [name, createHash('sha256').update(value).digest('hex')]);
  delete manifest['selfSha256'];
  const forged = { ...manifest, files: Object.fromEntries(hashes) as unknown, ...members };
  const selfSha256 = createHash('sha256').update(JSON.stringify(forged)).digest('hex');
  const written = JSON.stringify({ ...forged, selfSha256 }, undefined, 2);
  return files.set('manifest.json', bytes(`${written}\n`));
}

const lines = text(bundle.get('entries.ndjson')).trimEnd().split('\n');
const ndjson = (all: readonly string[]): string => all.map((line) => `${line}\n`).join('');

const verify = (files: ReadonlyMap<string, Uint8Array>, key?: string) =>
  verifyBundle(bundleSource(files), key);
/** The bundle in parts of a few bytes, as a file is read that does not fit into memory. */
const inParts = (files: ReadonlyMap<string, Uint8Array>, size: number): BundleSource => ({
  names: [...files.keys()],
  open: async function* (name) {
    const whole = files.get(name) ?? new Uint8Array();
    for (let from = 0; from < whole.length; from += size)
      yield await Promise.resolve(whole.subarray(from, from + size));
  },
});

describe('an evidence bundle', () => {
  it('verifies whatever entries it holds and in whatever parts it is read, in four steps', async () => {
    const subset = fc.uniqueArray(fc.nat({ max: SIZE - 1 }), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(subset, fc.integer({ min: 1, max: 200 }), async (indexes, size) => {
        const files = bundleOf(indexes.toSorted((a, b) => a - b));
        const verdict = await verifyBundle(inParts(files, size), vkey);
        expect(verdict.ok).toBe(true);
        expect(verdict.steps.map(({ name }) => name)).toEqual([
          'manifest',
          'checkpoint',
          'entries',
          'files',
        ]);
      }),
      { numRuns: 50 },
    );
  });

  it('says what it does not prove', async () => {
    const all = bundleOf(range(0, SIZE));
    expect(caveats(await verify(all, vkey))).toEqual(['manifest-not-signed']);
    expect(caveats(await verify(bundle, vkey))).toEqual(['part-of-log', 'manifest-not-signed']);
    expect(caveats(await verify(bundle))).toEqual([
      'key-from-bundle',
      'part-of-log',
      'manifest-not-signed',
    ]);
    for (const picked of [[3, 7, 8], []]) {
      expect(caveats(await verify(bundleOf(picked), vkey))).toEqual([
        'filter-not-proved',
        'manifest-not-signed',
      ]);
    }
    const otherKey = tamper(
      {},
      { vkey: formatVkey(origin, ed25519.getPublicKey(new Uint8Array(32).fill(8))) },
    );
    expect(caveats(await verify(otherKey, vkey))).toContain('other-key-in-manifest');
  });
});

describe('verifyBundle', () => {
  const picked = bundleOf([3, 7, 8, 30]);

  it('notices a flipped bit in any file, and names the entry if it was in one', async () => {
    for (const [source, indexes] of [
      [bundle, range(10, 21)],
      [picked, [3, 7, 8, 30]],
    ] as const) {
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...source.keys()), fc.nat(), async (name, seed) => {
          const original = source.get(name) ?? new Uint8Array();
          const bit = seed % (original.length * 8);
          const verdict = await judge(new Map(source).set(name, flipBit(original, bit)));
          const before = original.subarray(0, Math.floor(bit / 8));
          const line = indexes[text(before).split('\n').length - 1];
          const expected: Record<string, string> = {
            'README.md': 'files',
            checkpoint: 'checkpoint',
            'entries.ndjson': `entries ${String(line)}`,
            'leaf-hashes.bin': `entries ${String(indexes[Math.floor(bit / 256)])}`,
            'proof.bin': 'entries',
            'manifest.json': 'manifest',
          };
          if (name in expected) expect(verdict).toBe(expected[name]);
          else expect(verdict).toMatch(/^entries/);
        }),
        { numRuns: 300 },
      );
    }
  });

  it('notices a flipped bit in any file even when the manifest was made to fit', async () => {
    const anywhere = fc.constantFrom(
      'checkpoint',
      'entries.ndjson',
      'leaf-hashes.bin',
      'proof.bin',
    );
    await fc.assert(
      fc.asyncProperty(anywhere, fc.nat(), async (name, seed) => {
        const original = bundle.get(name) ?? new Uint8Array();
        const flipped = flipBit(original, seed % (original.length * 8));
        expect(await judge(tamper({ [name]: flipped }))).not.toBe('ok');
      }),
      { numRuns: 300 },
    );
  });

  it('notices a forged entry although its leaf hash and the manifest were made to fit', async () => {
    const forged = bytes('{"id":"forged"}');
    const hashes = Buffer.from(bundle.get('leaf-hashes.bin') ?? []);
    hashes.set(leafHash(forged), 5 * 32);
    const changes = { 'entries.ndjson': ndjson(lines.with(5, text(forged))) };
    expect(await judge(tamper({ ...changes, 'leaf-hashes.bin': hashes }))).toBe('entries');
  });

  it('notices hashes that were added, left out or exchanged', async () => {
    for (const name of ['proof.bin', 'leaf-hashes.bin']) {
      const original = Buffer.from(bundle.get(name) ?? []);
      const [first, second] = [original.subarray(0, 32), original.subarray(32, 64)];
      const rest = original.subarray(64);
      for (const changed of [
        Buffer.concat([original, first]),
        original.subarray(0, -32),
        original.subarray(0, -1),
        original.subarray(32),
        Buffer.concat([second, first, rest]),
        Buffer.of(),
      ]) {
        expect(await judge(tamper({ [name]: changed }))).toMatch(/^entries/);
      }
    }
  });

  it('refuses another selection of the same hashes: a range moved, a gap closed', async () => {
    for (const firstIndex of [9, 11]) {
      expect(await judge(tamper({}, { firstIndex }))).toMatch(/^entries/);
    }
    const closed = tamper({ 'indexes.txt': undefined }, { contiguous: true }, picked);
    expect(await judge(closed)).toMatch(/^entries/);
  });

  it.each([
    ['the first line deleted', lines.slice(1), 10],
    ['a line in the middle deleted', lines.toSpliced(4, 1), 14],
    ['the last line deleted', lines.slice(0, -1), 20],
    ['two lines exchanged', lines.with(3, at(lines, 4)).with(4, at(lines, 3)), 13],
    ['a line inserted', lines.toSpliced(6, 0, '{"id":"forged"}'), 16],
    ['a line doubled', lines.toSpliced(6, 0, at(lines, 5)), 16],
    ['an empty line inserted', lines.toSpliced(2, 0, ''), 12],
    ['a line appended', [...lines, text(log.entry(21))], 21],
    ['an entry of another place', lines.with(5, text(log.entry(30))), 15],
    ['Windows line ends', lines.map((line) => `${line}\r`), 10],
    ['no lines at all', [], 10],
  ])('names the first index that does not hold: %s', async (_, changed, index) => {
    expect(await judge(new Map(bundle).set('entries.ndjson', bytes(ndjson(changed))))).toBe(
      `entries ${String(index)}`,
    );
    expect(await judge(tamper({ 'entries.ndjson': ndjson(changed) }))).toBe(
      `entries ${String(index)}`,
    );
  });

  it('refuses a bundle from which an entry was taken with its hash and the count made to fit', async () => {
    const hashes = Buffer.from(bundle.get('leaf-hashes.bin') ?? []);
    const changes = {
      'entries.ndjson': ndjson(lines.toSpliced(4, 1)),
      'leaf-hashes.bin': Buffer.concat([hashes.subarray(0, 4 * 32), hashes.subarray(5 * 32)]),
    };
    expect(await judge(tamper(changes, { count: 10 }))).toMatch(/^entries/);
  });

  it('shows by a caveat when a deleted entry is passed off as one that the filter left out', async () => {
    const rest = range(10, 21).filter((i) => i !== 14);
    expect(caveats(await verify(bundleOf(rest), vkey))).toContain('filter-not-proved');
  });

  it('notices indexes that were changed in a filtered bundle', async () => {
    expect(await judge(picked)).toBe('ok');
    const cases = [
      '3\n6\n8\n30\n',
      '3\n7\n9\n30\n',
      '3\n7\n8\n31\n',
      '3\n7\n8\n40\n',
      '3\n8\n7\n30\n',
      '3\n7\n8\n',
      '3\n7\n8\n30\n31\n',
      '3\n7\n8\n30\n\n',
      '3\n07\n8\n30\n',
      '2\n7\n8\n30\n',
      '3\n3\n8\n30\n',
      `3\n7\n8\n${'3'.repeat(70_000)}`,
      undefined,
    ];
    for (const indexes of cases) {
      expect(await judge(tamper({ 'indexes.txt': indexes }, {}, picked))).toMatch(/^entries/);
    }
  });

  it('notices files that are missing, added or exchanged', async () => {
    expect(await judge(tamper({ checkpoint: undefined }))).toBe('checkpoint');
    for (const name of ['entries.ndjson', 'leaf-hashes.bin', 'proof.bin']) {
      expect(await judge(tamper({ [name]: undefined }))).toBe('entries');
    }
    const exchanged = {
      'leaf-hashes.bin': bundle.get('proof.bin'),
      'proof.bin': bundle.get('leaf-hashes.bin'),
    };
    expect(await judge(tamper(exchanged))).toMatch(/^entries/);
    const without = new Map(bundle);
    without.delete('README.md');
    expect(await judge(without)).toBe('files');
    const added = await verify(new Map(bundle).set('extra.txt', bytes('x')), vkey);
    expect(added).toMatchObject({
      ok: false,
      failedStep: 'files',
      reason: 'extra.txt is not in the manifest',
    });
    expect(await judge(new Map())).toBe('manifest');
  });

  it('does not read without end what should be small', async () => {
    const endless = new Map(bundle).set('manifest.json', new Uint8Array(1_000_000));
    expect(await judge(endless)).toBe('manifest');
    expect(await judge(tamper({ 'entries.ndjson': 'x'.repeat(1_000_000) }))).toBe('entries');
  });

  it('does not accept proofs to another checkpoint, although the log signed that one too', async () => {
    const earlier = signCheckpoint(
      { origin, size: 30, root: merkleRoot(log.leaves(30)) },
      { name: origin, privateKey },
    );
    expect(await judge(tamper({ checkpoint: earlier }, { treeSize: 30 }))).toBe('entries');
    expect(await judge(tamper({ checkpoint: earlier }))).toBe('checkpoint');
  });

  it('trusts the key that the auditor brought and not the one in the bundle', async () => {
    const forger = { name: origin, privateKey: new Uint8Array(32).fill(8) };
    const forgerKey = formatVkey(origin, ed25519.getPublicKey(forger.privateKey));
    const forged = signCheckpoint({ origin, size: SIZE, root }, forger);
    const files = bundleOf([1, 2], { checkpoint: forged, vkey: forgerKey });
    expect(await judge(files, vkey)).toBe('checkpoint');
    expect(caveats(await verify(files))).toContain('key-from-bundle');
    expect(await judge(bundle, 'no key')).toBe('checkpoint');
    expect(await judge(tamper({}, { origin: 'sallyport.example/log/other' }))).toBe('checkpoint');
  });

  it.each([
    ['another format', { format: 'sallyport-evidence@v1' }],
    ['no filter', { filter: '' }],
    ['an exporter that is no text', { exportedBy: 7 }],
    ['a local time', { exportedAt: '2026-08-01T09:00:00+02:00' }],
    ['a count beyond the tree', { count: 41 }],
    ['a negative count', { count: -1 }],
    ['a fraction as the count', { count: 1.5 }],
    ['a range beyond the tree', { firstIndex: 30 }],
    ['no first index', { firstIndex: null }],
    ['a first index without entries', { count: 0 }],
    ['contiguous as a word', { contiguous: 'yes' }],
    ['a tree size as a text', { treeSize: '40' }],
    ['a hash in capitals', { files: { checkpoint: 'A'.repeat(64) } }],
    ['a list of files', { files: [] }],
    ['a member that nobody knows', { surprise: true }],
  ])('refuses a manifest with %s', async (_, members) => {
    expect(await judge(tamper({}, members))).toBe('manifest');
  });

  it('refuses a manifest that two readers could read differently', async () => {
    const manifest = text(bundle.get('manifest.json'));
    const twice = manifest.replace('"count": 11', '"count": 3,\n  "count": 11');
    for (const changed of [twice, `${manifest}\n`, `\ufeff${manifest}`, 'null', '[]', '{', '']) {
      expect(await judge(new Map(bundle).set('manifest.json', bytes(changed)))).toBe('manifest');
    }
  });
});
