import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { PostgresKeyRing } from '../../apps/api/src/adapters/keys/postgres-key-ring.js';
import { Database } from '../../apps/api/src/adapters/postgres/database.js';
import { PostgresAuditLog } from '../../apps/api/src/adapters/postgres/log/postgres-audit-log.js';
import { PostgresFactsSource } from '../../apps/api/src/adapters/postgres/registers/postgres-facts.js';
import { PostgresTokenStore } from '../../apps/api/src/adapters/postgres/tokens/postgres-token-store.js';
import { FakeDecisionSampler } from '../../apps/api/src/policies/cross-check/decision-sampler.fake.js';
import { createDecide } from '../../apps/api/src/decide/create-decide.js';
import type { DecideService } from '../../apps/api/src/decide/decide.service.js';
import type { DecisionOutcome } from '../../apps/api/src/decide/decision-outcome.js';
import type { Pep } from '../../apps/api/src/registers/facts.ports.js';
import { MemoryFactsRegister } from '../../apps/api/src/registers/memory-facts.js';
import { openRegisters, type Registers } from '../contract/registers-open.js';
import { grant } from '../contract/registers-samples.js';
import { until } from '../support/eventually.js';
import { writeFacts } from '../contract/registers-rows.js';
import { type FlakyProxy, startFlakyProxy } from '../support/flaky-proxy.js';

const BOUND_MS = 1_500;

const files = new Map([
  ['tenant.yaml', 'name: acme\n'],
  [
    'policies/main.cedar',
    '@id("on-call")\npermit (principal in role::"reader", action, resource);\n',
  ],
  [
    'peps.yaml',
    '- { name: lenient, kind: gateway, key: lenient-key-0123456789 }\n- { name: strict, kind: gateway, key: strict-key-0123456789, strict: true }\n',
  ],
]);

/** A decision process whose facts come over a line that can be broken, while its log does not. */
describe('a process whose change feed is cut', () => {
  let registers: Registers;
  let proxy: FlakyProxy;
  let database: Database;
  let facts: MemoryFactsRegister;
  let log: PostgresAuditLog;
  let decide: DecideService;
  const problems: string[] = [];

  beforeAll(async () => {
    registers = await openRegisters();
    const applied = await registers.applier.apply('acme', files, 'admin:instance');
    if (!applied.ok) throw new Error(JSON.stringify(applied.problems));
    await writeGrant('active');
    const url = new URL(registers.url);
    proxy = await startFlakyProxy(Number(url.port));
    url.port = String(proxy.port);
    database = new Database({ url: url.href, poolSize: 4 });
    facts = new MemoryFactsRegister({
      source: new PostgresFactsSource(database, url.href),
      policies: registers.policies.loader,
      clock: { nowMs: () => Date.now() },
      maxAgeMs: BOUND_MS,
      report: ({ kind }) => problems.push(kind),
    });
    await facts.start();
    log = new PostgresAuditLog(registers.database);
    decide = createDecide({
      facts,
      auditLog: log,
      keys: new PostgresKeyRing({
        database: registers.database,
        masterKey: new Uint8Array(32),
        clock: { nowMs: () => Date.now() },
      }),
      tokens: new PostgresTokenStore(registers.database, log),
      geo: { locate: () => undefined },
      issuerKeys: { keysOf: () => () => Promise.reject(new Error('there are none')) },
      clock: { nowMs: () => Date.now() },
      settings: {
        publicUrl: 'https://broker.example',
        deadlineMs: 2_000,
        maxFeedAgeMs: BOUND_MS,
        cursorKey: new Uint8Array(32),
      },
      faults: { report: () => undefined },
      sampler: new FakeDecisionSampler(),
    }).decide;
  });
  afterAll(async () => {
    await facts.stop();
    await database.close();
    await proxy.close();
    await log.close();
    await registers.close();
  });
  beforeEach(() => until(async () => (await ask('strict')).permitted, 15_000));

  const writeGrant = (state: 'active' | 'revoked') =>
    registers.database.rawTx('acme', async (tx) => {
      await writeFacts(tx, [grant('g1', state)]);
      await tx.query(
        `UPDATE grants SET starts_at = now() - interval '1 hour', ends_at = now() + interval '1 hour'`,
      );
    });

  async function ask(name: 'strict' | 'lenient'): Promise<DecisionOutcome> {
    const pep = facts.pepByKey(`${name}-key-0123456789`) as Pep;
    const question = {
      subject: { type: 'user', id: 'dana' },
      action: { name: 'read' },
      resource: { type: 'database', id: 'prod' },
      context: {},
    };
    return decide.decide({ pep, question });
  }

  async function isDeniedWithinBound(): Promise<void> {
    const tookMs = await until(async () => !(await ask('strict')).permitted, 15_000);
    expect(tookMs).toBeLessThan(BOUND_MS + 500);
    expect((await ask('strict')).reasons).toEqual(['feed-stale']);
    const lenient = await ask('lenient');
    expect(lenient).toMatchObject({ permitted: true });
    const [newest] = await lastEntries();
    expect(newest).toMatchObject({
      decision: true,
      facts: { missing: expect.arrayContaining(['feed-stale']) },
    });
  }

  const lastEntries = () =>
    registers
      .rows<{ entries: Buffer }>(
        'SELECT entries FROM log_segments ORDER BY first_index DESC LIMIT 1',
      )
      .then((rows) =>
        rows.map(({ entries }) => JSON.parse(entries.subarray(2).toString()) as object),
      );

  it('denies where it is strict within the bound when every connection breaks, and permits again when they are back', async () => {
    proxy.refuse();
    await isDeniedWithinBound();
    proxy.allow();
    await until(async () => (await ask('strict')).permitted, 15_000);
    expect(problems).toContain('poll-failed');
  });

  it('does so too when the line swallows everything without a word', async () => {
    proxy.swallowAnswers();
    await isDeniedWithinBound();
    await writeGrant('revoked');
    expect((await ask('lenient')).permitted).toBe(true);
    proxy.cut();
    await until(async () => !(await ask('lenient')).permitted, 15_000);
    await until(async () => facts.feedAgeMs('acme') < BOUND_MS, 15_000);
    expect((await ask('strict')).reasons).not.toContain('feed-stale');
    await writeGrant('active');
  });

  it('learns what it missed from its own looks while only the notifications are lost', async () => {
    await registers.rows('ALTER TABLE grants DISABLE TRIGGER feed_update');
    await registers.rows(
      `WITH moved AS (UPDATE grants SET state = 'revoked' RETURNING tenant_id, id),
        version AS (UPDATE tenants SET version = version + 1 WHERE id = 'acme' RETURNING version)
       INSERT INTO feed_changes SELECT 'acme', version.version, 'grant', jsonb_build_array(id)::text FROM moved, version`,
    );
    await registers.rows('ALTER TABLE grants ENABLE TRIGGER feed_update');
    await until(async () => !(await ask('lenient')).permitted, BOUND_MS);
    await writeGrant('active');
  });
});
