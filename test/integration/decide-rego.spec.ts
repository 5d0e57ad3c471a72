import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { DecisionEntry } from '@sallyport/contracts';
import fastify, { type FastifyInstance } from 'fastify';
import { PostgresKeyRing } from '../../apps/api/src/adapters/keys/postgres-key-ring.js';
import { PostgresAuditLog } from '../../apps/api/src/adapters/postgres/log/postgres-audit-log.js';
import { PostgresLogReader } from '../../apps/api/src/adapters/postgres/log/postgres-log-reader.js';
import { PostgresTokenStore } from '../../apps/api/src/adapters/postgres/tokens/postgres-token-store.js';
import { createDecide, type DecideParts } from '../../apps/api/src/decide/create-decide.js';
import { FakeDecisionSampler } from '../../apps/api/src/policies/cross-check/decision-sampler.fake.js';
import { Authenticator } from '../../apps/api/src/platform/http/authenticator.js';
import { prepareServer, serverOptions } from '../../apps/api/src/platform/http/server.js';
import { openRegisters, type Registers } from '../contract/registers-open.js';
import { readAll } from '../support/log-reading.js';
import { compileRegoThread } from '../support/rego-thread-script.js';
import { regoPolicy } from '../support/rego-wasm.js';

jest.setTimeout(60_000);

const KEYS = { enforce: 'rego-gateway-key', monitor: 'rego-observer-key' } as const;

/** Cedar permits whatever is called `read…`; the compiled policy has the last word on it. */
const files = (rego: Readonly<Record<string, string>>, settings = '') =>
  new Map([
    ['tenant.yaml', `name: acme\ntokens: { audiences: [api] }\n${settings}`],
    [
      'policies/main.cedar',
      '@id("reads") permit (principal, action, resource) when { context.action.reads };',
    ],
    [
      'peps.yaml',
      `- { name: gateway, key: ${KEYS.enforce} }\n- { name: observer, mode: monitor, key: ${KEYS.monitor} }\n`,
    ],
    ...Object.entries(rego),
  ]);
const wasm = Buffer.from(regoPolicy()).toString('base64');
const ENTRYPOINT = 'rego: { entrypoint: test/allow }\n';

describe('compiled Rego beside a tenant’s Cedar', () => {
  let registers: Registers;
  let log: PostgresAuditLog;
  let server: FastifyInstance;
  let parts: DecideParts;
  const faults: string[] = [];
  const thread = compileRegoThread();

  beforeAll(async () => {
    registers = await openRegisters();
    const { database, facts } = registers;
    log = new PostgresAuditLog(database);
    const clock = { nowMs: () => Date.now() };
    const publicUrl = 'https://broker.example';
    parts = createDecide({
      facts,
      auditLog: log,
      keys: new PostgresKeyRing({ database, masterKey: new Uint8Array(32), clock }),
      tokens: new PostgresTokenStore(database, log),
      geo: { locate: () => undefined },
      issuerKeys: { keysOf: () => () => Promise.reject(new Error('no issuer')) },
      clock,
      settings: {
        publicUrl,
        deadlineMs: 5_000,
        maxFeedAgeMs: 60_000,
        regoScript: thread.script,
        cursorKey: new Uint8Array(32),
      },
      faults: { report: (event, error) => void faults.push(`${event}: ${String(error)}`) },
      sampler: new FakeDecisionSampler(),
    });
    server = fastify(serverOptions(1_048_576));
    const sessions = { find: () => Promise.resolve(undefined) };
    prepareServer(
      server,
      new Authenticator({ facts, sessions, adminToken: undefined, origin: publicUrl }),
    );
    for (const routes of [parts.decideRoutes, parts.planRoutes]) routes.register(server);
    await apply({ 'rego/policy.wasm': wasm }, ENTRYPOINT);
  });
  afterAll(async () => {
    parts.rego.close();
    await log.close();
    await registers.close();
    thread.discard();
  });

  const apply = async (rego: Readonly<Record<string, string>>, settings = '') => {
    const applied = await registers.applier.apply('acme', files(rego, settings), 'admin:instance');
    if (applied.ok) await registers.facts.catchUp('acme');
    return applied;
  };
  const ask = async (action: string, reads = true, key: string = KEYS.enforce) => {
    const answer = await server.inject({
      method: 'POST',
      url: '/access/v1/evaluation',
      headers: { authorization: `Bearer ${key}` },
      payload: {
        subject: { type: 'user', id: 'dana' },
        action: { name: action, properties: { reads } },
        resource: { type: 'record', id: '1' },
        options: { token: { audience: 'api' } },
      },
    });
    const id = answer.headers['x-decision-id'];
    const entries = await readAll(
      registers.database,
      new PostgresLogReader(registers.database),
      'acme',
    );
    const entry = (entries as DecisionEntry[]).find((one) => one.id === id);
    const { decision, context } = answer.json<{
      decision?: boolean;
      context?: { token?: object };
    }>();
    return { decision, hasToken: context?.token !== undefined, entry };
  };

  test('permits what both permit, with a token', async () => {
    expect(await ask('read')).toMatchObject({
      decision: true,
      hasToken: true,
      entry: { decision: true, reasons: ['policy-permit'] },
    });
  });

  test.each([
    ['says false', '!', 'rego-deny'],
    ['is undefined', '#', 'rego-deny'],
    ['says something else', '&', 'rego-failed'],
    ['traps', '$', 'rego-failed'],
    ['wants all memory', '%', 'rego-failed'],
    ['never ends', '?', 'rego-failed'],
  ])('denies where the policy %s, says so in the log, and goes on', async (_what, sign, reason) => {
    expect(await ask(`read ${sign}`)).toMatchObject({
      decision: false,
      hasToken: false,
      entry: { decision: false, reasons: [reason] },
    });
    expect(await ask('read')).toMatchObject({ decision: true });
  });

  test('asks for no second opinion on what Cedar denies', async () => {
    const denied = await ask('read ?', false);
    expect(denied.decision).toBe(false);
    expect(denied.entry?.reasons[0]).toBe('no-matching-policy');
  });

  test('keeps the event loop free while a policy never ends', async () => {
    let turns = 0;
    const turning = setInterval(() => (turns += 1), 5);
    await ask('read ?');
    clearInterval(turning);
    expect(turns).toBeGreaterThan(10);
    expect(faults.some((fault) => fault.includes('took too long'))).toBe(true);
  });

  test('is what a monitoring enforcement point would hear', async () => {
    expect(await ask('read !', true, KEYS.monitor)).toMatchObject({
      decision: true,
      hasToken: false,
      entry: { decision: true, effective: false, reasons: ['rego-deny', 'shadow-mode'] },
    });
  });

  test('counts in a preview too', async () => {
    const asked = { subject: { type: 'user', id: 'dana' }, resource: { type: 'record', id: '1' } };
    const preview = (name: string) =>
      parts.decide.preview({
        ...asked,
        tenantId: 'acme',
        action: { name, properties: { reads: true } },
      });
    expect(await preview('read')).toMatchObject({ permitted: true });
    expect(await preview('read !')).toMatchObject({ permitted: false, reasons: ['rego-deny'] });
  });

  test('is in no filter, so that a plan is refused rather than wrong', async () => {
    const answer = await server.inject({
      method: 'POST',
      url: '/v1/plan',
      headers: { authorization: `Bearer ${KEYS.enforce}` },
      payload: {
        subject: { type: 'user', id: 'dana' },
        action: { name: 'read', properties: { reads: true } },
        resource: { type: 'record' },
      },
    });
    expect([answer.statusCode, answer.json()]).toMatchObject([
      422,
      { reason: 'plan-inexpressible', message: expect.stringContaining('Rego') },
    ]);
  });

  test('is refused where it cannot be one, and denies where it turns out to be none', async () => {
    const refused = async (rego: Readonly<Record<string, string>>, settings?: string) => {
      const result = await apply(rego, settings);
      return result.ok ? [] : result.problems.map(({ file }) => file);
    };
    expect(await refused({ 'rego/policy.wasm': wasm })).toEqual(['tenant.yaml']);
    expect(await refused({}, ENTRYPOINT)).toEqual(['rego/policy.wasm']);
    expect(await refused({ 'rego/policy.wasm': 'aGVsbG8=' }, ENTRYPOINT)).toEqual([
      'rego/policy.wasm',
    ]);
    expect(await refused({ 'rego/policy.wasm': wasm, 'rego/data.json': '[]' }, ENTRYPOINT)).toEqual(
      ['rego/data.json'],
    );
    const elsewhere = 'rego: { entrypoint: other/allow }\n';
    expect((await apply({ 'rego/policy.wasm': wasm }, elsewhere)).ok).toBe(true);
    expect(await ask('read')).toMatchObject({
      decision: false,
      entry: { reasons: ['rego-failed'] },
    });
    const broken = { 'rego/policy.wasm': wasm.slice(0, 400) };
    expect((await apply(broken, ENTRYPOINT)).ok).toBe(true);
    expect(await ask('read')).toMatchObject({
      decision: false,
      entry: { reasons: ['rego-failed'] },
    });
    expect((await apply({})).ok).toBe(true);
    expect(await ask('read !')).toMatchObject({ decision: true });
  });
});
