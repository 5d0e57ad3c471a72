import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { leafHash } from '@sallyport/audit';
import { Database } from '../../apps/api/src/adapters/postgres/database.js';
import { PostgresAuditLog } from '../../apps/api/src/adapters/postgres/log/postgres-audit-log.js';
import { PostgresLogGrowth } from '../../apps/api/src/adapters/postgres/log/postgres-log-growth.js';
import { PostgresLogTiles } from '../../apps/api/src/adapters/postgres/log/postgres-log-tiles.js';
import { PostgresProjection } from '../../apps/api/src/adapters/postgres/log/postgres-projection.js';
import { LogProjection, type StepBudget } from '../../apps/api/src/evidence/entry-index.ports.js';
import { LogKeeper } from '../../apps/api/src/evidence/log-keeper.js';
import { LogDamagedError } from '../../apps/api/src/evidence/log-reader.ports.js';
import { sampleEntry } from '../contract/audit-log.contract.js';
import { until } from '../support/eventually.js';
import { decisionEntry } from '../support/log-entries.js';
import { type EvidenceHarness, openEvidence } from '../support/evidence-harness.js';

describe('the projection', () => {
  let evidence: EvidenceHarness;
  let projection: PostgresProjection;

  beforeEach(async () => {
    evidence = await openEvidence();
    projection = evidence.ports.projection;
  });
  afterEach(() => evidence.close());

  const rows = (table: string, order: string) =>
    evidence.database.rawTx('acme', (tx) => tx.query(`SELECT * FROM ${table} ORDER BY ${order}`));
  const records = () => rows('log_records', 'entry_index');
  const tiles = () => rows('log_tiles', 'level, tile_index');
  const appendMany = async (count: number) => {
    for (let n = 0; n < count; n += 100) {
      const entries = Array.from({ length: 100 }, (_, i) => decisionEntry(n + i));
      await evidence.audit.append('acme', entries);
    }
  };
  const projectAll = async (worker = projection) => {
    while (await worker.advance('acme'));
  };

  test('holds of a decision what people search for', async () => {
    await evidence.publish([decisionEntry(7, { token: 'jti-7' })]);
    const [record] = await records();
    expect(record).toMatchObject({
      entry_index: 0n,
      id: 'decision-7',
      type: 'decision',
      time: new Date('2026-11-22T10:00:07.000Z'),
      actor: 'pep:gateway',
      subject_type: 'user',
      subject_id: 'dana',
      action: 'read',
      resource_type: 'database',
      resource_id: 'prod',
      decision: false,
      pep: 'gateway',
      policy_version: 'v1',
      reasons: ['grant-missing'],
      links: ['grant-1', 'decision-7', 'jti-7'],
    });
  });

  test('is the same again when it is rebuilt from the log', async () => {
    await appendMany(700);
    await projectAll();
    const before = await records();
    expect(before).toHaveLength(700);
    await projection.rebuild('acme');
    expect(await records()).toEqual(before);
    expect(await projection.position('acme')).toBe(700);
  });

  test('takes no more of the log in one step than it is allowed', async () => {
    await appendMany(300);
    await projection.advance('acme', () => 1);
    expect(await projection.position('acme')).toBe(100);
    await projection.advance('acme', () => 64 * 1024);
    expect(await projection.position('acme')).toBe(300);
  });

  test('has each entry once, however many workers there are and whenever they die', async () => {
    await appendMany(3_000);
    const mortalDatabase = new Database({
      url: evidence.target.url,
      poolSize: 2,
      applicationName: 'mortal',
    });
    const small = { maxStepSegments: 2 };
    const mortal = new PostgresProjection(mortalDatabase, small);
    const steady = new PostgresProjection(evidence.database, small);
    let done = false;
    const killing = (async () => {
      while (!done) {
        await evidence.asOwner(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'mortal'`,
        );
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    })();
    const dying = (async () => {
      while (!done) await mortal.advance('acme').catch(() => undefined);
    })();
    while ((await steady.position('acme')) < 3_000) await steady.advance('acme');
    done = true;
    await Promise.all([killing, dying]);
    await mortalDatabase.close();
    const found = (await records()) as { entry_index: bigint; id: string }[];
    expect(found.map(({ entry_index }) => Number(entry_index))).toEqual([...Array(3_000).keys()]);
    expect(found.every(({ id }, n) => id === `decision-${String(n)}`)).toBe(true);
  });

  test('does not hold up tiles and checkpoints, however far it is behind', async () => {
    await appendMany(1_300);
    const keeper = new LogKeeper({
      ...evidence.ports,
      log: evidence.audit,
      signer: evidence.signer,
      projection: new NeverProjecting(),
      checkpointIntervalMs: 50,
    });
    keeper.start();
    await until(async () => (await evidence.log.prove('acme', 1_299)) !== undefined, 10_000);
    await until(() => keeper.searchLag() === 1_300, 10_000);
    await keeper.stop();
    expect(await tiles()).toHaveLength(5);
    expect(await records()).toEqual([]);
  });

  test('tiles are the same whoever builds them, and however many do at the same time', async () => {
    await appendMany(700);
    const builders = [evidence.ports.tiles, new PostgresLogTiles(evidence.database)];
    await Promise.all(builders.map((builder) => builder.advance('acme')));
    const stored = (await tiles()) as { hashes: Buffer }[];
    const entries = await evidence.ports.reader.entries('acme', 0, 512);
    const hashes = Buffer.concat(entries.map((entry) => leafHash(entry)));
    expect(stored.map((tile) => tile.hashes)).toEqual([
      hashes.subarray(0, 8_192),
      hashes.subarray(8_192),
    ]);
  });

  test.each([
    ['NUL', `a${'\0'}b`],
    ['more than an index holds', 'x'.repeat(20_000)],
    ['half a character at the cut', `${'x'.repeat(499)}😀`],
  ])('is not stopped by a subject with %s', async (_what, id) => {
    const entry = decisionEntry(0, { subject: { type: 'user', id } });
    await evidence.publish([entry]);
    const page = await evidence.evidence.search('acme', {
      filter: { subject: id },
      scope: 'everything',
      limit: 10,
      after: undefined,
    });
    expect(page.entries.map(({ entry: raw }) => raw)).toEqual([entry]);
  });

  test('shows damaged bytes as unreadable instead of stopping at them', async () => {
    await evidence.audit.append('acme', [sampleEntry(0), sampleEntry(1)]);
    await evidence.asOwner(
      'ALTER TABLE log_segments DISABLE TRIGGER ALL',
      `UPDATE log_segments SET entries = set_byte(entries, 2, 0) WHERE tenant_id = 'acme'`,
    );
    await projectAll();
    expect(await records()).toMatchObject([{ type: 'unreadable' }, { id: 'entry-1' }]);
  });

  test('stops at a gap and says which entry is gone', async () => {
    for (const n of [0, 1, 2]) await evidence.audit.append('acme', [sampleEntry(n)]);
    await evidence.asOwner(
      'ALTER TABLE log_segments DISABLE TRIGGER ALL',
      'DELETE FROM log_segments WHERE first_index = 1',
    );
    await expect(projectAll()).rejects.toThrow(new LogDamagedError('entry 1 is gone'));
  });

  test('tells every process how far it has come', async () => {
    const listening = new Database({ url: evidence.target.url, poolSize: 1 });
    const growth = new PostgresLogGrowth(listening);
    await growth.start();
    const heard = new Promise((resolve) => growth.onGrowth((...event) => resolve(event)));
    await evidence.publish([sampleEntry(0), sampleEntry(1)]);
    expect(await heard).toEqual(['acme', 2]);
    await growth.stop();
    await listening.close();
  });

  test('the keeper projects and signs by itself, entries of transactions and other processes too', async () => {
    const otherDatabase = new Database({ url: evidence.target.url, poolSize: 2 });
    const other = new PostgresAuditLog(otherDatabase);
    evidence.keeper.start();
    await evidence.audit.append('acme', [sampleEntry(0)]);
    await other.append('acme', [sampleEntry(1)]);
    await evidence.database.tenantTx('acme', (tx) => other.appendWithin(tx, [sampleEntry(2)]));
    await until(async () => (await evidence.log.prove('acme', 2)) !== undefined, 10_000);
    await until(async () => (await evidence.ports.projection.position('acme')) === 3, 10_000);
    await evidence.keeper.stop();
    await other.close();
    await otherDatabase.close();
  });
});

const STUCK = { position: 0, logSize: 1_300 };

/** A projection that has done nothing yet and never gets to it. */
class NeverProjecting extends LogProjection {
  override position() {
    return Promise.resolve(0);
  }

  override rebuild() {
    return Promise.resolve();
  }

  override progress() {
    return Promise.resolve(STUCK);
  }

  override advance(_tenantId: string, budget?: StepBudget) {
    budget?.(STUCK);
    return Promise.resolve(true);
  }
}
