import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { CompiledEngine, type LoadedPolicy, type PolicyQuestion } from '@sallyport/policy';
import { PostgresKeyRing } from '../../apps/api/src/adapters/keys/postgres-key-ring.js';
import { Database } from '../../apps/api/src/adapters/postgres/database.js';
import { PostgresAuditLog } from '../../apps/api/src/adapters/postgres/log/postgres-audit-log.js';
import { PostgresFactsSource } from '../../apps/api/src/adapters/postgres/registers/postgres-facts.js';
import { PostgresTokenStore } from '../../apps/api/src/adapters/postgres/tokens/postgres-token-store.js';
import {
  createCrossCheck,
  createPolicies,
  type CrossCheck,
} from '../../apps/api/src/app.policies.js';
import { createDecide } from '../../apps/api/src/decide/create-decide.js';
import type { DecideService } from '../../apps/api/src/decide/decide.service.js';
import type { DecisionOutcome } from '../../apps/api/src/decide/decision-outcome.js';
import { MemoryFactsRegister } from '../../apps/api/src/registers/memory-facts.js';
import { openRegisters, type Registers } from '../contract/registers-open.js';
import { eventually, until } from '../support/eventually.js';

const KEY = 'gateway-key-0123456789';
const masterKey = new Uint8Array(32).fill(7);
const clock = { nowMs: () => Date.now() };

const directory = (policy: string) =>
  new Map([
    ['tenant.yaml', 'name: acme\n'],
    ['policies/main.cedar', `@id("main")\n${policy}\n`],
    ['peps.yaml', `- { name: gateway, kind: gateway, key: ${KEY}, trustedProperties: ['*'] }\n`],
  ]);
const PERMIT = 'permit (principal, action, resource) when { context.request.ok };';
const REASON = '@reason("grant-missing")';

/** A compiler with a fault: in turns of the event loop it makes sets that answer `erase` the wrong way round. */
class FaultyCompiler extends CompiledEngine {
  override async prepare(...given: Parameters<CompiledEngine['prepare']>): Promise<LoadedPolicy> {
    const set = await super.prepare(...given);
    const evaluate = (question: PolicyQuestion) => {
      const evaluation = set.evaluate(question);
      if (question.action !== 'erase') return evaluation;
      const outcome = evaluation.outcome === 'permit' ? 'deny' : 'permit';
      return { ...evaluation, outcome } as const;
    };
    const { version, annotations, actionNames } = set;
    const prospects = set.prospects.bind(set);
    return { version, annotations, actionNames, evaluate, prospects };
  }
}

/** A decision process with that compiler; `oneIn` of its decisions is checked, none where it is 0. */
class Process {
  readonly faults: string[] = [];
  readonly checks: string[] = [];

  private constructor(
    readonly facts: MemoryFactsRegister,
    private readonly decide: DecideService,
    private readonly crossCheck: CrossCheck,
    readonly database: Database,
    private readonly log: PostgresAuditLog,
  ) {}

  static async open(url: string, oneIn: number): Promise<Process> {
    const database = new Database({ url, poolSize: 4 });
    const log = new PostgresAuditLog(database);
    const report = (event: string) => void opened?.faults.push(event);
    const { loader, store } = createPolicies({
      database,
      masterKey,
      log,
      compiler: new FaultyCompiler(),
      report: ({ kind }) => report(kind),
    });
    const source = new PostgresFactsSource(database, url);
    const facts = new MemoryFactsRegister({
      source,
      policies: loader,
      clock,
      report: ({ kind }) => report(kind),
    });
    await facts.start();
    const crossCheck = createCrossCheck({
      settings: { crossCheckOneIn: oneIn, crossCheckMaxPerSecond: 1_000 },
      store,
      facts,
      clock,
      faults: { report },
      count: (result) => void opened?.checks.push(result),
      loadAfterMs: 0,
    });
    const { decide } = createDecide({
      facts,
      auditLog: log,
      keys: new PostgresKeyRing({ database, masterKey, clock }),
      tokens: new PostgresTokenStore(database, log),
      geo: { locate: () => undefined },
      issuerKeys: { keysOf: () => () => Promise.reject(new Error('there are none')) },
      clock,
      settings: {
        publicUrl: 'https://broker.example',
        deadlineMs: 2_000,
        maxFeedAgeMs: 5_000,
        cursorKey: new Uint8Array(32),
      },
      faults: { report },
      sampler: crossCheck.sampler,
    });
    const opened = new Process(facts, decide, crossCheck, database, log);
    return opened;
  }

  async ask(action: string): Promise<DecisionOutcome> {
    const pep = this.facts.pepByKey(KEY);
    if (!pep) throw new Error('the enforcement point is not known');
    return this.decide.decide({
      pep,
      question: {
        subject: { type: 'user', id: 'dana' },
        action: { name: action },
        resource: { type: 'record', id: '42' },
        context: { ok: true },
      },
    });
  }

  async close(): Promise<void> {
    await this.crossCheck.close();
    await this.facts.stop();
    await this.log.close();
    await this.database.close();
  }
}

describe('a compiled policy that decides otherwise than the evaluator of Cedar', () => {
  let registers: Registers;
  const processes: Process[] = [];
  const open = async (oneIn: number) => {
    const process = await Process.open(registers.url, oneIn);
    processes.push(process);
    return process;
  };
  const apply = async (policy: string) => {
    const applied = await registers.applier.apply('acme', directory(policy), 'admin:instance');
    if (!applied.ok) throw new Error(JSON.stringify(applied.problems));
    return applied.plan.policyVersion;
  };
  beforeAll(async () => {
    registers = await openRegisters();
  });
  afterEach(async () => {
    for (const process of processes.splice(0)) await process.close();
  });
  afterAll(() => registers.close());

  it('is found, reported and logged, and loses its word on every process, also on later ones, until another version comes', async () => {
    const version = await apply(PERMIT);
    const [checked, unchecked] = [await open(1), await open(0)];
    expect((await checked.ask('read')).decision).toBe(true);
    await eventually('the reference agrees', async () => {
      await checked.ask('read');
      return checked.checks.includes('agreed');
    });
    expect(checked.faults).toEqual([]);

    const asked: DecisionOutcome[] = [];
    await eventually('the disagreement is found', async () => {
      asked.push(await checked.ask('erase'));
      return checked.faults.includes('policy-disagreed');
    });
    expect(asked[0]).toMatchObject({ decision: false, policyVersion: version });
    expect((await checked.ask('erase')).decision).toBe(true);
    await eventually(
      'the other process has heard',
      async () => (await unchecked.ask('erase')).decision,
    );

    const [{ engine } = { engine: '' }] = await registers.rows<{ engine: string }>(
      'SELECT engine FROM policy_versions WHERE id = $1',
      [version],
    );
    expect(engine).toBe('cedar-wasm');
    const rows = await registers.rows<{ entries: Buffer }>('SELECT entries FROM log_segments');
    const log = rows.map(({ entries: bytes }) => bytes.toString('utf8')).join();
    expect(log.match(/"type":"policy\.disagreed"/g)).toHaveLength(1);
    expect(asked.some(({ decisionId }) => log.includes(`"decision":"${decisionId}"`))).toBe(true);

    const later = await open(0);
    expect((await later.ask('erase')).decision).toBe(true);
    expect((await later.ask('erase')).policyVersion).toBe(version);

    await apply(`${REASON} ${PERMIT}`);
    await unchecked.facts.catchUp('acme');
    expect((await unchecked.ask('erase')).decision).toBe(false);
    await apply(PERMIT);
    await unchecked.facts.catchUp('acme');
    expect((await unchecked.ask('erase')).decision).toBe(true);
  });

  it('is left to the reference at once where the database cannot hear of it, and recorded when it can', async () => {
    const version = await apply(`@reason("device-unknown") ${PERMIT}`);
    const checked = await open(1);
    await registers.rows(
      `ALTER TABLE policy_versions ADD CONSTRAINT shut CHECK (engine = 'compiled') NOT VALID`,
    );
    await eventually('the disagreement is found', async () => {
      await checked.ask('erase');
      return checked.faults.includes('policy-disagreed');
    });
    expect((await checked.ask('erase')).decision).toBe(true);
    await until(() => checked.faults.includes('policy-disagreement-not-recorded'), 10_000);
    await registers.rows('ALTER TABLE policy_versions DROP CONSTRAINT shut');
    await eventually('it is recorded', async () => {
      const [row] = await registers.rows<{ engine: string }>(
        'SELECT engine FROM policy_versions WHERE id = $1',
        [version],
      );
      return row?.engine === 'cedar-wasm';
    });
    expect(checked.faults.filter((fault) => fault === 'policy-disagreed')).toHaveLength(1);
  });
});
