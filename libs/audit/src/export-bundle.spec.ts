import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { ed25519 } from '@noble/curves/ed25519.js';
import fc from 'fast-check';
import { at, flipBit, MemoryLog } from '../test/memory-log.js';
import { signCheckpoint } from './checkpoint.js';
import { type BundleContent, buildBundle } from './export-bundle.js';
import { BundleError } from './export-manifest.js';
import { encodeEntry } from './log-entry.js';
import { merkleRoot } from './merkle.js';
import { inclusionPath } from './merkle-path.js';
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
const exported = (index: number) => ({
  index,
  entry: log.entry(index),
  proof: inclusionPath(index, SIZE, log.hashAt),
});
const content = (indexes: readonly number[], more: Partial<BundleContent> = {}): BundleContent => ({
  vkey,
  checkpoint,
  entries: indexes.map(exported),
  filter: 'all decisions of July',
  exportedBy: 'aude@acme.example',
  exportedAt: '2026-08-01T09:00:00Z',
  toolVersion: '0.1.0',
  ...more,
});
const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, i) => from + i);
const bundle = buildBundle(content(range(10, 21)));

const text = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('utf8');
const bytes = (value: string): Uint8Array => new TextEncoder().encode(value);
/** What the verdict says in short: `ok`, or the failed step and the entry it names. */
const judge = (files: ReadonlyMap<string, Uint8Array>, key: string | undefined = vkey): string => {
  const verdict = verifyBundle(files, key);
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
  const forged = { ...manifest, files: Object.fromEntries(hashes) as unknown, ...members };
  return files.set('manifest.json', bytes(`${JSON.stringify(forged, undefined, 2)}\n`));
}

function refusalOf(broken: BundleContent): { failingIndex: number | undefined } | 'built' {
  try {
    buildBundle(broken);
  } catch (error) {
    if (error instanceof BundleError) return { failingIndex: error.failingIndex };
    throw error;
  }
  return 'built';
}

const lines = text(bundle.get('entries.ndjson')).trimEnd().split('\n');
const ndjson = (all: readonly string[]): string => all.map((line) => `${line}\n`).join('');

describe('an evidence bundle', () => {
  it('holds the logged bytes, their proofs, the checkpoint and how to check it', () => {
    expect([...bundle.keys()].toSorted()).toEqual(
      [
        'README.md',
        'checkpoint',
        'entries.ndjson',
        'manifest.json',
        ...range(10, 21).map((i) => `proofs/${String(i)}.tlog-proof`),
      ].toSorted(),
    );
    expect(text(bundle.get('entries.ndjson'))).toBe(
      range(10, 21)
        .map((i) => `${text(log.entry(i))}\n`)
        .join(''),
    );
    expect(text(bundle.get('checkpoint'))).toBe(checkpoint);
    expect(JSON.parse(text(bundle.get('manifest.json')))).toMatchObject({
      format: 'sallyport-evidence@v1',
      origin,
      vkey,
      treeSize: SIZE,
      firstIndex: 10,
      count: 11,
      contiguous: true,
      filter: 'all decisions of July',
      exportedBy: 'aude@acme.example',
    });
  });

  it('verifies whatever entries it holds, in four steps', () => {
    const subset = fc.uniqueArray(fc.nat({ max: SIZE - 1 }), { maxLength: 12 });
    fc.assert(
      fc.property(subset, (indexes) => {
        const verdict = verifyBundle(buildBundle(content(indexes.toSorted((a, b) => a - b))), vkey);
        expect(verdict.ok).toBe(true);
        expect(verdict.steps.map(({ name }) => name)).toEqual([
          'manifest',
          'checkpoint',
          'entries',
          'files',
        ]);
      }),
      { numRuns: 25 },
    );
  });

  it('says what it does not prove', () => {
    const all = buildBundle(content(range(0, SIZE)));
    expect(caveats(verifyBundle(all, vkey))).toEqual(['manifest-not-signed']);
    expect(caveats(verifyBundle(bundle, vkey))).toEqual(['part-of-log', 'manifest-not-signed']);
    expect(caveats(verifyBundle(bundle))).toEqual([
      'key-from-bundle',
      'part-of-log',
      'manifest-not-signed',
    ]);
    for (const picked of [[3, 7, 8], []]) {
      const files = buildBundle(content(picked));
      expect(caveats(verifyBundle(files, vkey))).toEqual([
        'filter-not-proved',
        'manifest-not-signed',
      ]);
    }
    const otherKey = tamper(
      {},
      { vkey: formatVkey(origin, ed25519.getPublicKey(new Uint8Array(32).fill(8))) },
    );
    expect(caveats(verifyBundle(otherKey, vkey))).toContain('other-key-in-manifest');
  });

  it('is not built from content that would not verify', () => {
    const wrong: [BundleContent, number | undefined][] = [
      [content([5, 4]), undefined],
      [content([5, 5]), undefined],
      [content([], { entries: [{ ...exported(5), index: 6 }] }), 6],
      [content([], { entries: [{ ...exported(5), proof: [] }] }), 5],
      [content([], { entries: [{ ...exported(5), entry: bytes('{\n}') }] }), 5],
      [content([1], { exportedAt: 'yesterday' }), undefined],
      [content([1], { filter: '' }), undefined],
    ];
    const split = content([], { entries: [{ ...exported(5), entry: bytes('{\n}') }] });
    expect(() => buildBundle(split)).toThrow('an entry must not contain a newline');
    for (const [broken, index] of wrong) {
      expect(refusalOf(broken)).toEqual({ failingIndex: index });
    }
  });
});

describe('verifyBundle', () => {
  it('notices a flipped bit in any file but the manifest, and names the entry if it was in one', () => {
    const anywhere = fc.constantFrom(
      ...[...bundle.keys()].filter((name) => name !== 'manifest.json'),
    );
    fc.assert(
      fc.property(anywhere, fc.nat(), (name, seed) => {
        const original = bundle.get(name) ?? new Uint8Array();
        const bit = seed % (original.length * 8);
        const files = new Map(bundle).set(name, flipBit(original, bit));
        const before = text(original.subarray(0, Math.floor(bit / 8)));
        const touched =
          name === 'entries.ndjson' ? 10 + before.split('\n').length - 1 : /\d+/.exec(name)?.[0];
        if (name === 'README.md') expect(judge(files)).toBe('files');
        else if (name === 'checkpoint') expect(judge(files)).toBe('checkpoint');
        else expect(judge(files)).toBe(`entries ${String(touched)}`);
      }),
      { numRuns: 300 },
    );
  });

  it('notices a flipped bit in any file even when the manifest was made to fit', () => {
    const anywhere = fc.constantFrom('checkpoint', 'entries.ndjson', 'proofs/10.tlog-proof');
    fc.assert(
      fc.property(anywhere, fc.nat(), (name, seed) => {
        const original = bundle.get(name) ?? new Uint8Array();
        expect(judge(tamper({ [name]: flipBit(original, seed % (original.length * 8)) }))).not.toBe(
          'ok',
        );
      }),
      { numRuns: 300 },
    );
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
  ])('names the first index that does not hold: %s', (_, changed, index) => {
    expect(judge(new Map(bundle).set('entries.ndjson', bytes(ndjson(changed))))).toBe(
      `entries ${String(index)}`,
    );
    expect(judge(tamper({ 'entries.ndjson': ndjson(changed) }))).toBe(`entries ${String(index)}`);
  });

  it('names the deleted entry also when its proof is gone and the count was made to fit', () => {
    const changes = {
      'entries.ndjson': ndjson(lines.toSpliced(4, 1)),
      'proofs/14.tlog-proof': undefined,
    };
    expect(judge(tamper(changes, { count: 10 }))).toBe('entries 14');
  });

  it('shows by a caveat when a deleted entry is passed off as one that the filter left out', () => {
    const rest = range(10, 21).filter((i) => i !== 14);
    expect(caveats(verifyBundle(buildBundle(content(rest)), vkey))).toContain('filter-not-proved');
  });

  it('notices indexes that were changed in a filtered bundle', () => {
    const picked = buildBundle(content([3, 7, 8]));
    expect(judge(picked)).toBe('ok');
    const cases: [string | undefined, string][] = [
      ['3\n6\n8\n', 'entries 6'],
      ['3\n7\n9\n', 'entries 9'],
      ['3\n8\n7\n', 'entries'],
      ['3\n7\n', 'entries'],
      ['3\n7\n8\n9\n', 'entries'],
      ['3\n7\n8', 'entries'],
      ['3\n7\n8\n9', 'entries'],
      ['3\n07\n8\n', 'entries'],
      ['2\n7\n8\n', 'entries'],
      [undefined, 'entries'],
    ];
    for (const [indexes, verdict] of cases) {
      expect(judge(tamper({ 'indexes.txt': indexes }, {}, picked))).toBe(verdict);
    }
  });

  it('notices files that are missing, added or exchanged', () => {
    expect(judge(tamper({ 'proofs/15.tlog-proof': undefined }))).toBe('entries 15');
    expect(judge(tamper({ 'proofs/15.tlog-proof': bundle.get('proofs/16.tlog-proof') }))).toBe(
      'entries 15',
    );
    expect(judge(tamper({ 'proofs/15.tlog-proof': 'hello' }))).toBe('entries 15');
    expect(judge(tamper({ checkpoint: undefined }))).toBe('checkpoint');
    expect(judge(tamper({ 'entries.ndjson': undefined }))).toBe('entries');
    expect(judge(tamper({ 'proofs/30.tlog-proof': bundle.get('proofs/16.tlog-proof') }))).toBe(
      'files',
    );
    const without = new Map(bundle);
    without.delete('README.md');
    expect(judge(without)).toBe('files');
    const added = verifyBundle(new Map(bundle).set('extra.txt', bytes('x')), vkey);
    expect(added).toMatchObject({
      ok: false,
      failedStep: 'files',
      reason: 'extra.txt is not in the manifest',
    });
    expect(judge(new Map())).toBe('manifest');
  });

  it('does not accept proofs to another checkpoint, although the log signed that one too', () => {
    const earlier = signCheckpoint(
      { origin, size: 30, root: merkleRoot(log.leaves(30)) },
      { name: origin, privateKey },
    );
    expect(judge(tamper({ checkpoint: earlier }, { treeSize: 30 }))).toBe('entries 10');
    expect(judge(tamper({ checkpoint: earlier }))).toBe('checkpoint');
  });

  it('trusts the key that the auditor brought and not the one in the bundle', () => {
    const forger = { name: origin, privateKey: new Uint8Array(32).fill(8) };
    const forgerKey = formatVkey(origin, ed25519.getPublicKey(forger.privateKey));
    const forged = signCheckpoint({ origin, size: SIZE, root }, forger);
    const files = buildBundle(content([1, 2], { checkpoint: forged, vkey: forgerKey }));
    expect(judge(files, vkey)).toBe('checkpoint');
    expect(verifyBundle(files).ok).toBe(true);
    expect(caveats(verifyBundle(files))).toContain('key-from-bundle');
    expect(judge(bundle, 'no key')).toBe('checkpoint');
    expect(judge(tamper({}, { origin: 'sallyport.example/log/other' }))).toBe('checkpoint');
  });

  it.each([
    ['another format', { format: 'sallyport-evidence@v2' }],
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
  ])('refuses a manifest with %s', (_, members) => {
    expect(judge(tamper({}, members))).toBe('manifest');
  });

  it('refuses a manifest that two readers could read differently', () => {
    const manifest = text(bundle.get('manifest.json'));
    const twice = manifest.replace('"count": 11', '"count": 3,\n  "count": 11');
    for (const changed of [twice, `${manifest}\n`, `\ufeff${manifest}`, 'null', '[]', '{', '']) {
      expect(judge(new Map(bundle).set('manifest.json', bytes(changed)))).toBe('manifest');
    }
  });
});
