import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  encodeEntry,
  merkleRoot,
  subtrees,
  tileHashes,
  tileRoot,
  verifyTlogProof,
} from '@sallyport/audit';
import { readHashes, readEntries } from '../../apps/api/src/adapters/postgres/log/segment-runs.js';
import type { TenantTx } from '../../apps/api/src/platform/sql.js';
import { TreeHashes } from '../../apps/api/src/evidence/tree-hashes.js';
import { MemoryLog } from '../../libs/audit/test/memory-log.js';
import { sampleEntry } from '../contract/audit-log.contract.js';
import { createEvidence } from '../../apps/api/src/evidence/create-evidence.js';
import { type EvidenceHarness, openEvidence } from '../support/evidence-harness.js';

const SIZE = 1_100;
const BUILT = 3;
const reference = new MemoryLog(
  Array.from({ length: SIZE }, (_, n) => encodeEntry({ ...sampleEntry(n) })),
);

describe('tiles as they are stored', () => {
  let evidence: EvidenceHarness;

  beforeAll(async () => {
    evidence = await openEvidence();
    await append(evidence, 0, BUILT * 256 + 50);
    while (await evidence.ports.tiles.advance('acme'));
    await append(evidence, BUILT * 256 + 50, SIZE);
    await evidence.signer.sign('acme');
    await evidence.asOwner('ALTER TABLE log_tiles DISABLE TRIGGER ALL');
    await evidence.asOwner('CREATE TABLE tiles_as_built AS SELECT * FROM log_tiles');
  });
  afterAll(() => evidence.close());
  beforeEach(() =>
    evidence.asOwner('TRUNCATE log_tiles', 'INSERT INTO log_tiles SELECT * FROM tiles_as_built'),
  );

  const proves = async (index: number): Promise<unknown> => {
    // Of nothing that was read before anything is known.
    const { log } = createEvidence(evidence.ports);
    const proof = await log.prove('acme', index);
    if (!proof) throw new Error('not published');
    const { proof: proofText, entry, vkey } = proof;
    return verifyTlogProof({ proofText, entry, vkey, expectedIndex: index });
  };
  const provesAll = async () => {
    for (const index of [0, 255, 256, 700, 767, 768, 900, 1_023, 1_024, SIZE - 1])
      expect(await proves(index)).toMatchObject({ ok: true });
  };

  test('are read together, whether they are built, not built yet, or partial', async () => {
    const places = [
      [0, 0, 256],
      [0, 3, 256],
      [0, 4, 76],
      [0, 1, 13],
      [1, 0, 3],
      [1, 0, 4],
      [0, 2, 256],
    ] as const;
    const wanted = places.map(([level, index, width]) => ({ level, index, width }));
    const tiles = await evidence.ports.reader.tiles('acme', wanted);
    expect(tiles.map(({ gaps }) => gaps)).toEqual([[], [], [], [], [], [3], []]);
    expect(tiles.map(({ middle }) => middle !== undefined)).toEqual([
      true,
      false,
      false,
      false,
      false,
      false,
      true,
    ]);
    for (const [n, [level, index, width]] of places.entries()) {
      const expected = Buffer.from(await reference.fetchTile(level, index, width));
      const known = 32 * (width - (tiles[n]?.gaps.length ?? 0));
      expect(Buffer.from(tiles[n]?.hashes ?? []).subarray(0, known)).toEqual(
        expected.subarray(0, known),
      );
    }
  });

  test('are sent in parts where they hold all of them, otherwise whole', async () => {
    const sent = async (index: number) => {
      const parts = [0, 7, 15, 16];
      const wanted = parts.map((part) => ({ level: 0, index, width: 256, part }));
      const tiles = await evidence.ports.reader.tiles('acme', wanted);
      return tiles.map(({ part, hashes }) => Buffer.from(part ?? hashes));
    };
    for (const index of [0, 2]) {
      const runs = Array.from({ length: 16 }, (_, n) =>
        reference.leaves(SIZE).slice(256 * index + 16 * n, 256 * index + 16 * (n + 1)),
      );
      const [first, eighth, last] = [0, 7, 15].map((n) => Buffer.concat(runs[n] ?? []));
      expect(await sent(index)).toEqual([first, eighth, last, Buffer.concat(runs.map(merkleRoot))]);
    }
    const whole = Array<Buffer>(4).fill(Buffer.concat(reference.leaves(512).slice(256)));
    await evidence.asOwner('UPDATE log_tiles SET middle = NULL');
    expect(await sent(1)).toEqual(whole);
    const unbuilt = Array<Buffer>(4).fill(Buffer.concat(reference.leaves(1_024).slice(768)));
    expect(await sent(3)).toEqual(unbuilt);
  });

  test('are read as before by a broker that knows no parts', async () => {
    const rows = await evidence.database.rawTx('acme', (tx) =>
      tx.query<{ hashes: Buffer | null; middle: Buffer | null; below: Buffer | null }>(
        `SELECT hashes, middle, below FROM sallyport_log_tiles('acme', '{0,0}', '{1,4}', '{256,20}')`,
      ),
    );
    const leaves = reference.leaves(SIZE);
    const groups = Array.from({ length: 16 }, (_, n) => leaves.slice(256 + 16 * n, 272 + 16 * n));
    expect(rows).toEqual([
      {
        hashes: Buffer.concat(leaves.slice(256, 512)),
        middle: Buffer.concat(groups.map(merkleRoot)),
        below: null,
      },
      { hashes: null, middle: null, below: Buffer.concat(leaves.slice(1_024, 1_044)) },
    ]);
  });

  test('are sent in parts as before to a broker that asks for them in one statement', async () => {
    const rows = await evidence.database.rawTx('acme', (tx) =>
      tx.query<{ part: Buffer | null; hashes: Buffer | null; below: Buffer | null }>(
        `SELECT part, hashes, below
          FROM sallyport_log_tiles('acme', '{0,0,0,0}', '{0,0,0,4}', '{256,256,256,20}', '{7,16,NULL,0}')`,
      ),
    );
    const leaves = reference.leaves(SIZE);
    const groups = Array.from({ length: 16 }, (_, n) => leaves.slice(16 * n, 16 * (n + 1)));
    expect(rows).toEqual([
      { part: Buffer.concat(groups[7] ?? []), hashes: null, below: null },
      { part: Buffer.concat(groups.map(merkleRoot)), hashes: null, below: null },
      { part: null, hashes: Buffer.concat(leaves.slice(0, 256)), below: null },
      { part: null, hashes: null, below: Buffer.concat(leaves.slice(1_024, 1_044)) },
    ]);
  });

  test('of another tenant are not seen', async () => {
    const tiles = await evidence.ports.reader.tiles('globex', [
      { level: 0, index: 0, width: 256, part: 16 },
    ]);
    expect(tiles).toEqual([{ hashes: new Uint8Array(), middle: undefined, gaps: [] }]);
  });

  test('hold, when they are built, the 16 hashes four levels up', async () => {
    const rows = await evidence.database.rawTx('acme', (tx) =>
      tx.query<{ hashes: Buffer; middle: Buffer; root: Buffer }>(
        'SELECT hashes, middle, root FROM log_tiles',
      ),
    );
    expect(rows).toHaveLength(BUILT);
    for (const { hashes, middle, root } of rows) {
      const groups = Array.from({ length: 16 }, (_, n) => hashes.subarray(512 * n, 512 * (n + 1)));
      const expected = groups.map((group) => merkleRoot(tileHashes(group)));
      expect(middle).toEqual(Buffer.concat(expected));
      expect(Buffer.from(tileRoot(hashes))).toEqual(root);
    }
  });

  test('prove every entry, with those that are not built yet', provesAll);

  test('of brokers that kept no middle, and before that no root, prove every entry', async () => {
    await evidence.asOwner('UPDATE log_tiles SET middle = NULL');
    await provesAll();
    await evidence.asOwner('UPDATE log_tiles SET middle = NULL, root = NULL WHERE tile_index <> 1');
    await provesAll();
  });

  test('prove every entry with the frontier that a checkpoint keeps, and with one of before that kept none', async () => {
    const [{ frontier } = { frontier: undefined }] = await evidence.database.rawTx('acme', (tx) =>
      tx.query<{ frontier: Buffer }>('SELECT frontier FROM log_checkpoints'),
    );
    const peaks = subtrees(0, SIZE).map(({ level, index }) => reference.hashAt(level, index));
    expect(frontier).toEqual(Buffer.concat(peaks));
    const asOwner = (change: string) =>
      evidence.asOwner(
        'ALTER TABLE log_checkpoints DISABLE TRIGGER ALL',
        `UPDATE log_checkpoints SET frontier = ${change}`,
        'ALTER TABLE log_checkpoints ENABLE TRIGGER ALL',
      );
    await asOwner('NULL');
    await provesAll();
    await asOwner(`'${'\\x'}${'00'.repeat(32 * peaks.length)}'`);
    expect(await proves(0)).toMatchObject({ ok: false, failedStep: 'root' });
    await asOwner(`'${'\\x'}00'`);
    await expect(proves(0)).rejects.toThrow(`the frontier of size ${String(SIZE)} has not`);
    await asOwner(`'${'\\x'}${Buffer.concat(peaks).toString('hex')}'`);
    await provesAll();
  });

  test('are still added by a broker of before, which does not name the middle', async () => {
    await evidence.database.rawTx('acme', (tx) =>
      tx.query(
        'INSERT INTO log_tiles (tenant_id, level, tile_index, hashes, root) VALUES ($1, 0, 3, $2, $3)',
        ['acme', Buffer.concat(reference.leaves(1_024).slice(768)), reference.hashAt(8, 3)],
      ),
    );
    await provesAll();
  });

  test('make no proof that verifies once their middle was tampered with', async () => {
    await evidence.asOwner(
      'UPDATE log_tiles SET middle = set_byte(middle, 100, get_byte(middle, 100) # 1)',
    );
    expect(await proves(0)).toMatchObject({ ok: false, failedStep: 'root' });
    const hashes = new TreeHashes(evidence.ports.reader);
    const tile = await hashes.tile('acme', 0, 1, 256);
    expect(Buffer.from(tile)).toEqual(Buffer.concat(reference.leaves(512).slice(256)));
  });

  test.each([
    ['hashes = substring(hashes FOR 8160)', 'tile 0/1 has not 256 hashes'],
    ['middle = substring(middle FOR 480)', 'tile 0/1 has not 16 hashes in the middle'],
  ])('prove nothing when they were cut: %s', async (cut, message) => {
    await evidence.asOwner(`UPDATE log_tiles SET ${cut}`);
    await expect(proves(300)).rejects.toThrow(message);
  });
});

describe('a log in which segments are gone', () => {
  test('does not prove an entry of the tile they were in, and says which', async () => {
    const evidence = await openEvidence();
    await append(evidence, 0, 300);
    await evidence.signer.sign('acme');
    await evidence.asOwner(
      'ALTER TABLE log_segments DISABLE TRIGGER ALL',
      'DELETE FROM log_segments WHERE first_index = 260',
    );
    const proof = createEvidence(evidence.ports).log.prove('acme', 299);
    await expect(proof).rejects.toThrow('tile 0/1 has not 44 hashes');
    await evidence.close();
  });
});

test('no segments are looked at but those that hold what is read', async () => {
  const evidence = await openEvidence();
  await append(evidence, 0, SIZE);
  const looks: [string, (tx: TenantTx) => Promise<unknown>][] = [
    ['hashes', (tx) => readHashes(tx, 1_000, 1_020)],
    ['entries', (tx) => readEntries(tx, 1_000, 1_020)],
    [
      'a tile',
      (tx) => tx.query(`SELECT sallyport_log_parts('acme', '{0}', '{4}', '{20}', '{NULL}')`),
    ],
  ];
  for (const [what, read] of looks) {
    const looked = await evidence.database.rawTx('acme', async (tx) => {
      await tx.query('SET LOCAL enable_seqscan = off');
      const before = await segmentsLookedAt(tx);
      await read(tx);
      return (await segmentsLookedAt(tx)) - before;
    });
    // Two or three, and one to learn where the first of them begins.
    expect({ what, few: looked >= 2 && looked <= 4 }).toEqual({ what, few: true });
  }
  await evidence.close();
});

async function segmentsLookedAt(tx: TenantTx): Promise<number> {
  const [row] = await tx.query<{ rows: bigint }>(
    `SELECT idx_tup_fetch AS rows FROM pg_stat_xact_user_tables WHERE relname = 'log_segments'`,
  );
  return Number(row?.rows);
}

/** Entries from `first` up to, not including, `end`, in segments of ten. */
async function append({ audit }: EvidenceHarness, first: number, end: number): Promise<void> {
  for (let from = first; from < end; from += 10) {
    const count = Math.min(10, end - from);
    await audit.append(
      'acme',
      Array.from({ length: count }, (_, n) => sampleEntry(from + n)),
    );
  }
}
