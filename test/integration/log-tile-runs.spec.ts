import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { merkleRoot, tileHashes, verifyTlogProof } from '@sallyport/audit';
import fc from 'fast-check';
import { buildRuns, NEXT_RUNS } from '../../apps/api/src/adapters/postgres/log/tile-runs.js';
import { createEvidence } from '../../apps/api/src/evidence/create-evidence.js';
import type { TenantTx } from '../../apps/api/src/platform/sql.js';
import { sampleEntry } from '../contract/audit-log.contract.js';
import { type EvidenceHarness, openEvidence } from '../support/evidence-harness.js';

jest.setTimeout(60_000);

const TILES = 37;
const SIZE = TILES * 256 + 100;
const RUNS = `SELECT level, run_index::int AS run, root FROM log_tile_runs ORDER BY level, run_index`;

interface Run {
  readonly level: number;
  readonly run: number;
  readonly root: Buffer;
}

describe('the roots over 16 full tiles', () => {
  let evidence: EvidenceHarness;

  beforeAll(async () => {
    evidence = await openEvidence();
    for (let first = 0; first < SIZE; first += 512) {
      const count = Math.min(512, SIZE - first);
      const entries = Array.from({ length: count }, (_, n) => sampleEntry(first + n));
      await evidence.audit.append('acme', entries);
    }
    while (await evidence.ports.tiles.advance('acme'));
    await evidence.signer.sign('acme');
    await evidence.asOwner('ALTER TABLE log_tile_runs DISABLE TRIGGER ALL');
  });
  afterAll(() => evidence.close());

  const inAcme = <T>(work: (tx: TenantTx) => Promise<T>) => evidence.database.rawTx('acme', work);
  const runs = () => inAcme((tx) => tx.query<Run>(RUNS));
  const roots = async () => {
    const rows = await inAcme((tx) =>
      tx.query<{ root: Buffer }>('SELECT root FROM log_tiles WHERE level = 0 ORDER BY tile_index'),
    );
    return rows.map(({ root }) => root);
  };
  const sent = async (part: number, width: number) => {
    const wanted = [{ level: 1, index: 0, width, part }];
    const [tile] = await evidence.ports.reader.tiles('acme', wanted);
    return tile;
  };
  /** Of nothing that was read before anything is known. */
  const proves = async (index: number) => {
    const proof = await createEvidence(evidence.ports).log.prove('acme', index);
    if (!proof) throw new Error('not published');
    const { proof: proofText, entry, vkey } = proof;
    return verifyTlogProof({ proofText, entry, vkey, expectedIndex: index });
  };
  const provesAll = async () => {
    for (const index of [0, 4_095, 4_096, 8_191, 8_192, 9_471, 9_472, SIZE - 1])
      expect(await proves(index)).toMatchObject({ ok: true });
  };

  test('are stored for tiles that fill none of the level above, and sent with the parts of that', async () => {
    const tiles = await roots();
    const [first, second] = [tiles.slice(0, 16), tiles.slice(16, 32)];
    expect(await runs()).toEqual([
      { level: 0, run: 0, root: Buffer.from(merkleRoot(first)) },
      { level: 0, run: 1, root: Buffer.from(merkleRoot(second)) },
    ]);
    const parts = [await sent(0, 16), await sent(1, 32), await sent(2, TILES), await sent(16, 32)];
    expect(parts.map((tile) => Buffer.from(tile?.part ?? []))).toEqual([
      Buffer.concat(first),
      Buffer.concat(second),
      Buffer.concat(tiles.slice(32)),
      Buffer.concat([merkleRoot(first), merkleRoot(second)]),
    ]);
    await provesAll();
  });

  test('that are not stored, as by brokers of before, are made up for by all of the tile, and then stored', async () => {
    const stored = await runs();
    await evidence.asOwner('TRUNCATE log_tile_runs');
    expect(await sent(16, 32)).toEqual({
      hashes: Buffer.concat((await roots()).slice(0, 32)),
      middle: undefined,
      gaps: [],
    });
    await provesAll();
    expect(await evidence.ports.tiles.advance('acme')).toBe(false);
    expect(await runs()).toEqual(stored);
  });

  test('make no proof that verifies once they were tampered with', async () => {
    const flip = 'UPDATE log_tile_runs SET root = set_byte(root, 7, get_byte(root, 7) # 1)';
    await evidence.asOwner(flip);
    expect(await proves(0)).toMatchObject({ ok: false, failedStep: 'root' });
    await evidence.asOwner(flip);
    await provesAll();
  });

  test('are not stored over tiles that are not all there, which stops nothing else', async () => {
    await evidence.asOwner(
      'ALTER TABLE log_tiles DISABLE TRIGGER ALL',
      'TRUNCATE log_tile_runs',
      'DELETE FROM log_tiles WHERE tile_index = 20',
    );
    expect(await evidence.ports.tiles.advance('acme')).toBe(false);
    expect(await runs()).toEqual([]);
    await provesAll();
  });

  test('are the same however many tiles were built at a time, and when they are all built anew', async () => {
    await fc.assert(
      fc.asyncProperty(growth, async (steps) => {
        await evidence.asOwner('TRUNCATE log_tiles', 'TRUNCATE log_tile_runs');
        let tiles = 0;
        for (const step of steps) {
          await inAcme((tx) => addTiles(tx, tiles, (tiles += step)));
          await inAcme((tx) => build(tx, tiles));
        }
        const needed = ({ level, run }: Run) => run >= 16 * Math.floor(tiles / 256 ** (level + 1));
        const grown = (await runs()).filter(needed);
        expect(grown).toEqual(expectedRuns(await roots(), tiles));
        await evidence.asOwner('TRUNCATE log_tile_runs');
        await inAcme((tx) => build(tx, tiles));
        expect(await runs()).toEqual(grown);
      }),
      { numRuns: 15 },
    );
  });
});

const growth = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 5 });

async function build(tx: TenantTx, tiles: number): Promise<void> {
  const [row] = await tx.query<{ next: string[] }>(`SELECT ${NEXT_RUNS} AS next`, [tx.tenantId]);
  await buildRuns(tx, tiles, (row?.next ?? []).map(Number));
}

/** Tiles of level 0 with any root. */
async function addTiles(tx: TenantTx, first: number, end: number): Promise<void> {
  await tx.query(
    `INSERT INTO log_tiles (tenant_id, level, tile_index, hashes, root)
     SELECT $1, 0, n, '', sha256(n::text::bytea) FROM generate_series($2::bigint, $3::bigint - 1) n`,
    [tx.tenantId, first, end],
  );
}

function expectedRuns(roots: readonly Uint8Array[], tiles: number): Run[] {
  const first = 16 * Math.floor(tiles / 256);
  return Array.from({ length: Math.floor(tiles / 16) - first }, (_, n) => {
    const hashes = roots.slice(16 * (first + n), 16 * (first + n + 1));
    const root = Buffer.from(merkleRoot(tileHashes(Buffer.concat(hashes))));
    return { level: 0, run: first + n, root };
  });
}
