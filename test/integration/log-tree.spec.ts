import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  decodeEntryBundle,
  encodeEntry,
  parseCheckpointBody,
  parseTilePath,
  proveInclusionFromTiles,
  type TilePath,
  tilePath,
  tileRoot,
  verifyCheckpoint,
  verifyConsistency,
  verifyTlogProof,
} from '@sallyport/audit';
import { TreeHashes } from '../../apps/api/src/evidence/tree-hashes.js';
import { MemoryLog, referenceRoot } from '../../libs/audit/test/memory-log.js';
import { sampleEntry } from '../contract/audit-log.contract.js';
import { type EvidenceHarness, openEvidence } from '../support/evidence-harness.js';

const SIZES = [1, 2, 3, 7, 255, 256, 257, 400, 511, 512, 513, 600];
const ORIGIN = 'broker.example:8443/log/acme';

describe('a log of 600 entries, published at many sizes', () => {
  let evidence: EvidenceHarness;
  const reference = new MemoryLog(
    Array.from({ length: 600 }, (_, n) => encodeEntry({ ...sampleEntry(n) })),
  );
  const notes: string[] = [];

  beforeAll(async () => {
    evidence = await openEvidence();
    let from = 0;
    for (const size of SIZES) {
      await evidence.publish(Array.from({ length: size - from }, (_, n) => sampleEntry(from + n)));
      notes.push((await evidence.log.checkpoint('acme')).note);
      from = size;
    }
  });
  afterAll(() => evidence.close());

  test('every checkpoint verifies with the published key and has the root of the reference tree', async () => {
    const vkey = (await evidence.log.vkey('acme')).trim();
    const roots = notes.map((note) => verifyCheckpoint(note, vkey, ORIGIN));
    expect(roots.map(({ size }) => size)).toEqual(SIZES);
    for (const { size, root } of roots) {
      const expected = rootAt(reference, size);
      expect(Buffer.from(root).equals(expected)).toBe(true);
    }
  });

  test('between any two checkpoints a consistency proof holds', async () => {
    const hashes = new TreeHashes(evidence.ports.reader);
    const trees = notes.map((note) => parseCheckpointBody(note.slice(0, note.indexOf('\n\n') + 1)));
    for (const [place, older] of trees.entries()) {
      for (const newer of trees.slice(place + 1)) {
        const proof = await hashes.consistencyProof('acme', older.size, newer.size);
        const claim = {
          size1: older.size,
          size2: newer.size,
          root1: older.root,
          root2: newer.root,
        };
        expect(verifyConsistency({ ...claim, proof })).toBe(true);
      }
    }
  });

  test('the proof of every entry around the tile border verifies, and for no other entry', async () => {
    const vkey = await evidence.log.vkey('acme');
    for (const index of [0, 1, 2, 127, 254, 255, 256, 257, 510, 511, 512, 513, 598, 599]) {
      const proof = await evidence.log.prove('acme', index);
      if (!proof) throw new Error('not published');
      const question = { proofText: proof.proof, vkey, expectedIndex: index };
      expect(Buffer.from(proof.entry)).toEqual(Buffer.from(reference.entry(index)));
      expect(verifyTlogProof({ ...question, entry: proof.entry }).ok).toBe(true);
      const other = reference.entry((index + 1) % 600);
      expect(verifyTlogProof({ ...question, entry: other })).toMatchObject({ failedStep: 'root' });
    }
  });

  test('a reader who has nothing but the served tiles builds the same proofs', async () => {
    const hashes = new TreeHashes(evidence.ports.reader);
    const fetchTile = (level: number, index: number, width: number) =>
      evidence.log.tile('acme', pathOf(tilePath(level, index, width)));
    for (const index of [0, 255, 256, 511, 512, 599]) {
      const fromTiles = await proveInclusionFromTiles(index, 600, fetchTile);
      expect(fromTiles.map(hex)).toEqual(
        (await hashes.inclusionProof('acme', index, 600)).map(hex),
      );
    }
  });

  test.each([
    ['tile/0/000', 0, 0, 256],
    ['tile/0/001', 0, 1, 256],
    ['tile/0/002.p/88', 0, 2, 88],
    ['tile/0/002.p/1', 0, 2, 1],
    ['tile/0/000.p/255', 0, 0, 255],
    ['tile/1/000.p/2', 1, 0, 2],
    ['tile/1/000.p/1', 1, 0, 1],
  ])('%s holds the hashes of the reference tree', async (path, level, index, width) => {
    const tile = await evidence.log.tile('acme', pathOf(path));
    const expected = await reference.fetchTile(level, index, width);
    expect(Buffer.from(tile).equals(Buffer.from(expected))).toBe(true);
  });

  test.each([
    ['tile/entries/000', 0, 256],
    ['tile/entries/001', 256, 256],
    ['tile/entries/002.p/88', 512, 88],
    ['tile/entries/002.p/3', 512, 3],
  ])('%s holds exactly the logged bytes', async (path, first, width) => {
    const entries = decodeEntryBundle(await evidence.log.tile('acme', pathOf(path)));
    expect(entries.map(hex)).toEqual(
      Array.from({ length: width }, (_, n) => hex(reference.entry(first + n))),
    );
  });

  test.each([
    'tile/0/003.p/1',
    'tile/0/002',
    'tile/0/002.p/89',
    'tile/1/000.p/3',
    'tile/2/000.p/1',
    'tile/entries/002.p/89',
    'tile/63/000.p/1',
  ])('%s is beyond the checkpoint and not served', async (path) => {
    await expect(evidence.log.tile('acme', pathOf(path))).rejects.toMatchObject({ status: 404 });
  });

  test('what no checkpoint covers is neither served nor proved', async () => {
    const [logged] = await evidence.audit.append('acme', [sampleEntry('unsigned')]);
    await expect(evidence.log.tile('acme', pathOf('tile/0/002.p/89'))).rejects.toMatchObject({
      status: 404,
    });
    expect(await evidence.log.prove('acme', logged?.index ?? -1)).toBeUndefined();
  });
});

test('a log that fills tiles of the second level proves its entries too', async () => {
  const evidence = await openEvidence();
  const size = 65_536 + 300;
  for (let from = 0; from < size; from += 1_000) {
    const count = Math.min(1_000, size - from);
    const entries = Array.from({ length: count }, (_, n) => sampleEntry(from + n));
    await evidence.audit.append('acme', entries);
    // One checkpoint while the second level is partial, and none of its tiles is stored yet.
    if (from === 40_000) await evidence.signer.sign('acme');
  }
  const early = await evidence.log.prove('acme', 12_345);
  await evidence.publish([sampleEntry(size)]);
  const vkey = await evidence.log.vkey('acme');
  const proofs = [early];
  for (const index of [0, 255, 12_345, 65_535, 65_536, 65_800, size]) {
    proofs.push(await evidence.log.prove('acme', index));
  }
  for (const proof of proofs) {
    if (!proof) throw new Error('not published');
    expect(verifyTlogProof({ proofText: proof.proof, entry: proof.entry, vkey }).ok).toBe(true);
  }
  const top = await evidence.log.tile('acme', pathOf('tile/2/000.p/1'));
  expect(hex(tileRoot(await evidence.log.tile('acme', pathOf('tile/1/000'))))).toBe(hex(top));
  await evidence.close();
}, 60_000);

describe('the signer', () => {
  let evidence: EvidenceHarness;
  beforeAll(async () => {
    evidence = await openEvidence();
    await evidence.publish([sampleEntry(0), sampleEntry(1), sampleEntry(2)]);
  });
  afterAll(() => evidence.close());

  test('signs once when several sign at the same time, and nothing when nothing grew', async () => {
    await evidence.audit.append('acme', [sampleEntry(3)]);
    const signed = await Promise.all([1, 2, 3].map(() => evidence.signer.sign('acme')));
    expect(signed.filter((checkpoint) => checkpoint !== undefined)).toHaveLength(1);
    expect(await evidence.signer.sign('acme')).toBeUndefined();
  });

  test('after a rotation the new key signs, and the key behind the last checkpoint is what is published', async () => {
    const before = await evidence.log.vkey('acme');
    await evidence.keyRing.rotate('acme', 'log');
    expect(await evidence.log.vkey('acme')).toBe(before);
    await evidence.publish([sampleEntry(4)]);
    const after = await evidence.log.vkey('acme');
    expect(after).not.toBe(before);
    const { note } = await evidence.log.checkpoint('acme');
    expect(verifyCheckpoint(note, after).size).toBe(5);
  });

  test('refuses to sign a log that does not extend what was signed', async () => {
    const other = new MemoryLog(['x', 'y', 'z', 'u', 'v', 'w'].map((text) => Buffer.from(text)));
    const leaves = other.leaves(6);
    const frontier = Buffer.concat([other.hashAt(2, 0), other.hashAt(1, 2)]);
    const root = rootAt(other, 6);
    await evidence.asOwner(
      'ALTER TABLE log_segments DISABLE TRIGGER ALL',
      `DELETE FROM log_segments WHERE tenant_id = 'acme'`,
      `INSERT INTO log_segments (tenant_id, first_index, count, entries, leaf_hashes, tree_size, root)
       VALUES ('acme', 0, 6, '', '\\x${hex(Buffer.concat(leaves))}', 6, '\\x${hex(root)}')`,
      `UPDATE log_heads SET size = 6, root = '\\x${hex(root)}', frontier = '\\x${hex(frontier)}' WHERE tenant_id = 'acme'`,
    );
    await expect(evidence.signer.sign('acme')).rejects.toThrow('does not extend');
    expect((await evidence.log.checkpoint('acme')).size).toBe(5);
  });

  test('refuses to sign a root that its own frontier does not give', async () => {
    await evidence.publish([sampleEntry('g')], 'globex');
    await evidence.asOwner(
      `UPDATE log_heads SET size = 2, frontier = decode(repeat('11', 32), 'hex') WHERE tenant_id = 'globex'`,
    );
    await expect(evidence.signer.sign('globex')).rejects.toThrow('not the root of its frontier');
  });
});

function pathOf(path: string): TilePath {
  const parsed = parseTilePath(path);
  if (!parsed) throw new Error(`no tile path: ${path}`);
  return parsed;
}

/** Root of the reference tree at a size, through Node's own SHA-256. */
function rootAt(log: MemoryLog, size: number): Buffer {
  return Buffer.from(referenceRoot(log.entries.slice(0, size)));
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
