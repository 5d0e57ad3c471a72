import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { Database } from '../../apps/api/src/adapters/postgres/database.js';
import { PostgresFactsSource } from '../../apps/api/src/adapters/postgres/registers/postgres-facts.js';
import {
  PolicyLoader,
  PolicyRefusedError,
  type PolicySets,
} from '../../apps/api/src/policies/policy-loader.js';
import type { StoredPolicy } from '../../apps/api/src/policies/policy-store.ports.js';
import type { FactsProblem } from '../../apps/api/src/registers/facts-problem.js';
import { MemoryFactsRegister } from '../../apps/api/src/registers/memory-facts.js';
import type { StoredFact } from '../../apps/api/src/registers/stored-fact.js';
import { describeFactsRegister } from '../contract/facts-register.contract.js';
import { writeFacts } from '../contract/registers-rows.js';
import { acme, entity, grant, settings, user } from '../contract/registers-samples.js';
import { until } from '../support/eventually.js';
import { createDatabase, type TestDatabase } from '../support/postgres.js';

const NEVER_MS = 3_600_000;

/** Loads any version but `broken`; the one it holds back, when it is let go. */
class NamedPolicies extends PolicyLoader {
  readonly loaded: string[] = [];
  heldBack: string | undefined;
  letGo: (() => void) | undefined;

  async load(_tenantId: string, { id, engine }: StoredPolicy): Promise<PolicySets> {
    if (id === this.heldBack) await new Promise<void>((resolve) => (this.letGo = resolve));
    if (id === 'broken') throw new PolicyRefusedError('the policy does not load');
    this.loaded.push(`${id} ${engine}`);
    return policyNamed(id);
  }

  loadReference(_tenantId: string, version: string): PolicySets {
    if (version === 'broken') throw new PolicyRefusedError('the policy does not load');
    return policyNamed(`reference ${version}`);
  }
}

function policyNamed(version: string): PolicySets {
  const evaluate = () => ({
    outcome: 'deny' as const,
    determining: [],
    erroring: [],
    obligations: [],
    advice: [],
    controls: [],
  });
  const prospects = () => ({ isOpen: false, named: [], within: [] });
  return { live: { version, annotations: new Map(), actionNames: [], evaluate, prospects } };
}

class Process {
  readonly problems: FactsProblem[] = [];
  readonly policies = new NamedPolicies();
  readonly database: Database;
  readonly facts: MemoryFactsRegister;

  constructor(url: string, nowMs: () => number = Date.now, pollEveryMs = NEVER_MS) {
    this.database = new Database({ url, poolSize: 4 });
    this.facts = new MemoryFactsRegister({
      source: new PostgresFactsSource(this.database, url),
      policies: this.policies,
      clock: { nowMs },
      report: (problem) => this.problems.push(problem),
      pollEveryMs,
    });
  }

  async write(tenantId: string, ...facts: StoredFact[]): Promise<void> {
    await this.database.rawTx(tenantId, (tx) => writeFacts(tx, facts));
  }

  async close(): Promise<void> {
    await this.facts.stop();
    await this.database.close();
  }
}

describeFactsRegister('MemoryFactsRegister on PostgreSQL', async (clock) => {
  const database = await createDatabase();
  const process = new Process(database.url, () => clock.nowMs);
  await process.facts.start();
  return {
    facts: process.facts,
    write: async (tenantId, ...facts) => {
      await process.write(tenantId, ...facts);
      await process.facts.catchUp(tenantId);
    },
    close: async () => {
      await process.close();
      await database.drop();
    },
  };
});

describe('facts on several processes', () => {
  let database: TestDatabase;
  let owner: pg.Client;
  const processes: Process[] = [];
  const open = async (pollEveryMs?: number): Promise<Process> => {
    const process = new Process(database.url, Date.now, pollEveryMs);
    processes.push(process);
    await process.facts.start();
    return process;
  };
  beforeAll(async () => {
    database = await createDatabase();
    owner = new pg.Client({ connectionString: database.url });
    await owner.connect();
    const process = new Process(database.url);
    await process.write('acme', ...acme());
    await process.close();
  });
  beforeEach(() => owner.query(`SELECT set_config('sallyport.tenant', 'acme', false)`));
  afterEach(async () => {
    for (const process of processes.splice(0)) await process.close();
  });
  afterAll(async () => {
    await owner.end();
    await database.drop();
  });

  const grantIds = ({ facts }: Process) =>
    (facts.tenant('acme')?.grantsOf(user('dana')) ?? []).map(({ id }) => id);

  const versionIn = ({ facts }: Process) => facts.tenant('acme')?.policy?.version;

  const policy = (id: string): StoredFact => {
    return { kind: 'policy', key: [id], value: { id, engine: 'compiled' } };
  };

  it('are loaded whole at start, before anything is answered', async () => {
    const { facts } = await open();
    expect(facts.isReady).toBe(true);
    expect(facts.tenant('acme')?.entity(user('dana'))?.attrs).toEqual({ team: 'data' });
    expect(facts.pepByKey('key-of-gateway')?.name).toBe('gateway');
  });

  it('see a revocation that another process committed, without polling', async () => {
    const [writer, reader] = [await open(), await open()];
    await writer.write('acme', grant('g1', 'active'));
    await until(() => grantIds(reader).includes('g1'));
    await writer.write('acme', grant('g1', 'revoked'));
    await until(() => !grantIds(reader).includes('g1'));
    await until(() => grantIds(writer).length === 0);
  });

  it('see a tenant that did not exist when they started', async () => {
    const [writer, reader] = [await open(), await open()];
    await writer.write('newcomer', {
      kind: 'tenant',
      key: [],
      value: { ...settings, name: 'newcomer' },
    });
    await until(() => reader.facts.tenantIds().includes('newcomer'));
  });

  it('are seen by their own writer as soon as it caught up', async () => {
    const { facts, write } = await open().then((process) => ({
      facts: process.facts,
      write: process.write.bind(process),
    }));
    for (let turn = 0; turn < 20; turn += 1) {
      await write('acme', entity(user('turning'), { turn }, []));
      await facts.catchUp('acme');
      expect(facts.tenant('acme')?.entity(user('turning'))?.attrs).toEqual({ turn });
    }
  });

  it('never show half of a transaction', async () => {
    const [writer, reader] = [await open(), await open()];
    const torn: unknown[] = [];
    const pair = (side: string) => reader.facts.tenant('acme')?.entity(user(side))?.attrs['turn'];
    reader.facts.onChange(() => {
      if (pair('left') !== pair('right')) torn.push([pair('left'), pair('right')]);
    });
    for (let turn = 0; turn < 50; turn += 1) {
      await writer.write(
        'acme',
        entity(user('left'), { turn }, []),
        entity(user('right'), { turn }, []),
      );
    }
    await until(() => pair('right') === 49);
    expect(torn).toEqual([]);
  });

  it('are complete after the feed was cut and came back, though nobody polls', async () => {
    const [writer, reader] = [await open(), await open()];
    await owner.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'sallyport-feed'`,
    );
    await until(() => reader.problems.some(({ kind }) => kind === 'feed-lost'));
    await writer.write('acme', entity(user('meanwhile'), { seen: true }, []));
    await until(() => reader.facts.tenant('acme')?.entity(user('meanwhile')) !== undefined);
  });

  it('are found by polling when no notification arrives', async () => {
    const reader = await open(50);
    await owner.query('ALTER TABLE entities DISABLE TRIGGER feed_insert');
    await owner.query(
      `INSERT INTO entities (tenant_id, type, id, attrs, parents) VALUES ('acme', 'user', 'silent', '{}', '[]')`,
    );
    await owner.query('ALTER TABLE entities ENABLE TRIGGER feed_insert');
    await owner.query(
      `INSERT INTO feed_changes SELECT 'acme', version + 1, 'entity', '["user", "silent"]' FROM tenants WHERE id = 'acme'`,
    );
    await owner.query(`UPDATE tenants SET version = version + 1 WHERE id = 'acme'`);
    await until(() => reader.facts.tenant('acme')?.entity(user('silent')) !== undefined);
  });

  it('are loaded anew by a process that fell behind a pruned feed', async () => {
    const reader = await open();
    await owner.query('BEGIN');
    await owner.query(`DELETE FROM entities WHERE id = 'dana'`);
    await owner.query('DELETE FROM feed_changes');
    await owner.query('COMMIT');
    await until(() => reader.facts.tenant('acme')?.entity(user('dana')) === undefined);
    expect(reader.facts.pepByKey('key-of-gateway')?.name).toBe('gateway');
  });

  it('are loaded anew after more changes than are worth following, and places not yet written survive that', async () => {
    const reader = await open();
    const place = { country: 'DE', atMs: Date.now() };
    reader.facts.recordPlace('acme', user('p'), place);
    await owner.query(
      `INSERT INTO entities (tenant_id, type, id, attrs, parents)
       SELECT 'acme', 'record', n::text, '{}', '[{"type":"folder","id":"all"}]' FROM generate_series(1, 25000) AS n`,
    );
    await reader.facts.catchUp('acme');
    expect(reader.facts.tenant('acme')?.membersOf({ type: 'folder', id: 'all' })).toHaveLength(
      25_000,
    );
    expect(reader.facts.tenant('acme')?.place(user('p'))).toEqual(place);
  });

  it('tell each other where a subject was seen, and the newest sighting wins', async () => {
    const [one, two] = [await open(), await open()];
    const atMs = Date.now();
    one.facts.recordPlace('acme', user('traveller'), { country: 'DE', atMs });
    await until(() => two.facts.tenant('acme')?.place(user('traveller'))?.atMs === atMs);
    two.facts.recordPlace('acme', user('traveller'), { country: 'DE', atMs: atMs + 1_000 });
    two.facts.recordPlace('acme', user('traveller'), { country: 'DE', atMs: atMs + 600_000 });
    await until(() => one.facts.tenant('acme')?.place(user('traveller'))?.atMs === atMs + 600_000);
  });

  it('keep the policy that was in force when the engine refuses the next one', async () => {
    const process = await open();
    await process.write('acme', policy('v1'));
    await process.facts.catchUp('acme');
    expect(versionIn(process)).toBe('v1');
    await process.write('acme', policy('broken'), grant('g9', 'active'));
    await process.facts.catchUp('acme');
    expect(versionIn(process)).toBe('v1');
    expect(grantIds(process)).toContain('g9');
    expect(process.problems).toMatchObject([{ kind: 'policy-refused', policyVersion: 'broken' }]);
    const newcomer = await open();
    expect(versionIn(newcomer)).toBeUndefined();
  });

  it('go on with the version before while the next one is loaded, and with none of the facts committed with that', async () => {
    const process = await open();
    await process.write('acme', policy('v3'));
    await process.facts.catchUp('acme');
    process.policies.heldBack = 'slow-1';
    await process.write('acme', policy('slow-1'), grant('g10', 'active'));
    const caughtUp = process.facts.catchUp('acme');
    await until(() => process.policies.letGo !== undefined);
    expect([versionIn(process), grantIds(process).includes('g10')]).toEqual(['v3', false]);
    process.policies.letGo?.();
    await caughtUp;
    expect([versionIn(process), grantIds(process).includes('g10')]).toEqual(['slow-1', true]);
  });

  it('load a version when its artifact appears, so that facts go on while it is loaded, and its promotion waits for nothing', async () => {
    const process = await open();
    process.policies.heldBack = 'slow-2';
    await process.write('acme', { kind: 'artifact', key: ['slow-2'] });
    await process.facts.catchUp('acme');
    await process.write('acme', grant('g11', 'active'));
    await process.facts.catchUp('acme');
    expect(grantIds(process)).toContain('g11');
    process.policies.letGo?.();
    await until(() => process.policies.loaded.includes('slow-2 compiled'));
    await owner.query(`DELETE FROM policy_versions WHERE id = 'slow-2'`);
    await process.write('acme', policy('slow-2'));
    await process.facts.catchUp('acme');
    expect(versionIn(process)).toBe('slow-2');
    expect(process.policies.loaded.filter((one) => one === 'slow-2 compiled')).toHaveLength(1);
  });

  it('turn to the reference when the database says so, and at once when told; only another version brings the compiler back', async () => {
    const [one, two] = [await open(), await open()];
    await one.write('acme', policy('v4'));
    for (const { facts } of [one, two]) await facts.catchUp('acme');
    one.facts.distrustPolicy('acme', 'v4', { files: {} });
    expect(versionIn(one)).toBe('reference v4');
    await owner.query(`UPDATE policy_versions SET created_by = 'x' WHERE id = 'v4'`);
    await one.facts.catchUp('acme');
    expect(versionIn(one)).toBe('reference v4');
    expect(versionIn(two)).toBe('v4');
    await owner.query(`UPDATE policy_versions SET engine = 'cedar-wasm' WHERE id = 'v4'`);
    await until(() => two.policies.loaded.includes('v4 cedar-wasm'));
    await expect(
      owner.query(`UPDATE policy_versions SET engine = 'compiled' WHERE id = 'v4'`),
    ).rejects.toThrow(`stays with Cedar's evaluator`);
    await one.write('acme', policy('v5'));
    for (const { facts } of [one, two]) await facts.catchUp('acme');
    expect([versionIn(one), versionIn(two)]).toEqual(['v5', 'v5']);
  });

  it('deny everything when neither the compiled form nor the reference can be trusted', async () => {
    const process = await open();
    await process.write('acme', policy('v6'));
    await process.facts.catchUp('acme');
    process.policies.loadReference = () => {
      throw new PolicyRefusedError('the policy does not load');
    };
    process.facts.distrustPolicy('acme', 'v6', { files: {} });
    expect(versionIn(process)).toBeUndefined();
    expect(process.problems).toMatchObject([{ kind: 'policy-refused', policyVersion: 'v6' }]);
  });

  it('grow old when the database is gone, and say so', async () => {
    const process = await open(20);
    await until(() => process.facts.feedAgeMs() < 500);
    await process.database.close();
    await until(() => process.problems.some(({ kind }) => kind === 'poll-failed'));
    const age = process.facts.feedAgeMs();
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(process.facts.feedAgeMs()).toBeGreaterThan(age);
    processes.splice(0);
    await process.facts.stop();
  });
});
