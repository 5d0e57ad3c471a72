import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { PepClient, type PepOptions } from '@sallyport/pep';
import pg from 'pg';
import { startInProcess, type TestBroker } from '../support/broker-in-process.js';
import { until } from '../support/eventually.js';
import { ask, FILES, KEY, listed, TENANT } from '../support/pep-sdk-tenant.js';

jest.setTimeout(120_000);

/** The SDK and the broker as they are, with PostgreSQL underneath. */
describe('the SDK against a broker', () => {
  let broker: TestBroker;
  let database: pg.Client;
  const clients: PepClient[] = [];
  beforeAll(async () => {
    broker = await startInProcess();
    database = new pg.Client({ connectionString: broker.database.url });
    await database.connect();
    await apply(FILES);
  });
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.close()));
  });
  afterAll(async () => {
    await database.end();
    await broker.close();
  });

  const apply = (files: Record<string, string>) =>
    broker.client.ok('PUT', `/v1/tenants/${TENANT}`, { key: broker.adminToken, json: { files } });
  const clientOf = (options: Partial<PepOptions> = {}) => {
    const client = new PepClient({
      pdp: `${broker.url}/${TENANT}`,
      key: KEY,
      deadlineMs: 20_000,
      attemptMs: 20_000,
      obligations: { watermark: () => undefined },
      ...options,
    });
    clients.push(client);
    return client;
  };
  const live = async (options: Partial<PepOptions> = {}) => {
    const client = clientOf({ signals: true, cache: true, ...options });
    client.start();
    await until(() => client.isLive, 15_000);
    return client;
  };
  const grant = (id: string) =>
    database.query(
      `INSERT INTO grants (tenant_id, id, request_id, subject_type, subject_id, role_type, role_id, starts_at, ends_at, state)
       VALUES ($1, $2, 'r1', 'user', 'dana', 'role', 'reader', now() - interval '1 minute', now() + interval '1 hour', 'active')`,
      [TENANT, id],
    );
  const revoke = (id: string) =>
    database.query(`UPDATE grants SET state = 'revoked', ended_at = now() WHERE id = $1`, [id]);

  test('hears permits and denies with id, version and reasons', async () => {
    const client = clientOf();
    const permit = await client.evaluate(ask('knock'), { explain: true });
    expect(permit).toMatchObject({ decision: true, failure: undefined, isCached: false });
    expect(permit.decisionId).toMatch(/./);
    expect(permit.policyVersion).toMatch(/^[0-9a-f]{64}$/);
    const deny = await client.evaluate(ask('read'), { explain: true });
    expect([deny.decision, deny.reasons[0]?.code]).toEqual([false, 'no-matching-policy']);
    const { obligations } = await client.enforce(ask('copy'));
    expect(obligations).toEqual([expect.objectContaining({ type: 'watermark' })]);
    const careless = await clientOf({ obligations: {} }).evaluate(ask('copy'));
    expect([careless.decision, careless.failure?.code]).toEqual([false, 'obligation-unknown']);
  });

  test('asks in batches, with each semantic', async () => {
    const client = clientOf();
    const questions = ['read', 'knock', 'read', 'knock'].map(ask);
    const said = async (
      semantic: 'execute_all' | 'deny_on_first_deny' | 'permit_on_first_permit',
    ) =>
      (await client.evaluateAll(questions, { semantic })).map(
        ({ decision, failure }) => failure?.code ?? decision,
      );
    expect(await said('execute_all')).toEqual([false, true, false, true]);
    expect(await said('deny_on_first_deny')).toEqual([
      false,
      ...Array<string>(3).fill('not-evaluated'),
    ]);
    expect(await said('permit_on_first_permit')).toEqual([
      false,
      true,
      'not-evaluated',
      'not-evaluated',
    ]);
  });

  test('searches, page by page', async () => {
    const client = clientOf();
    const { subject, resource } = ask('any');
    const actions = await listed(client.searchActions({ subject, resource, pageSize: 1 }));
    expect(actions.map(({ name }) => name).sort()).toEqual(['copy', 'knock']);
    const search = { subject: { type: 'user' }, action: { name: 'knock' }, resource };
    expect(await listed(client.searchSubjects(search))).toEqual([subject]);
    const found = client.searchResources({
      subject,
      action: { name: 'read' },
      resource: { type: 'vault' },
    });
    expect(await listed(found)).toEqual([]);
  });

  test('reads a plan for each target', async () => {
    const client = clientOf();
    const { subject } = ask('any');
    const plan = (name: string, target: 'ast' | 'ucast' | 'prisma' | 'sql') =>
      client.plan({ subject, action: { name }, resource: { type: 'database' }, target });
    expect(await plan('knock', 'ast')).toMatchObject({
      kind: 'always_allowed',
      failure: undefined,
    });
    expect(await plan('drop', 'ast')).toMatchObject({ kind: 'always_denied', failure: undefined });
    expect(await plan('copy', 'ast')).toMatchObject({ kind: 'always_allowed', failure: undefined });
    for (const target of ['ast', 'ucast', 'prisma', 'sql'] as const)
      expect(await plan('look', target)).toMatchObject({ kind: 'conditional', failure: undefined });
    expect((await plan('look', 'prisma')).filter).toBeDefined();
  });

  test('is told when the key is wrong, or the tenant', async () => {
    const { failure } = await clientOf({ key: 'nobody-has-this-key' }).evaluate(ask('knock'));
    expect(failure?.code).toBe('unauthenticated');
    const elsewhere = clientOf({ pdp: `${broker.url}/sdk/` });
    expect((await elsewhere.evaluate(ask('knock'))).decision).toBe(false);
  });

  test('keeps a permit, and drops it within a second of the grant’s revocation', async () => {
    const client = await live();
    await grant('g1');
    await until(async () => (await client.evaluate(ask('read'))).decision, 15_000);
    const { decisionId } = await client.evaluate(ask('read'));
    await until(async () => (await client.evaluate(ask('read'))).isCached, 15_000);
    const kept = await client.evaluate(ask('read'));
    expect([kept.decision, kept.isCached]).toEqual([true, true]);
    expect(decisionId).toBeDefined();
    await revoke('g1');
    const revokedAtMs = performance.now();
    await until(async () => !(await client.evaluate(ask('read'))).decision, 15_000);
    expect(performance.now() - revokedAtMs).toBeLessThan(1_000);
  });

  test('drops what it kept when the policy changes', async () => {
    const client = await live();
    await until(async () => (await client.evaluate(ask('knock'))).isCached, 15_000);
    const stricter = `${FILES['policies/main.cedar']}@id("no") forbid (principal, action == Action::"knock", resource);`;
    await apply({ ...FILES, 'policies/main.cedar': stricter });
    await until(async () => !(await client.evaluate(ask('knock'))).decision, 15_000);
    await apply(FILES);
    await until(async () => (await client.evaluate(ask('knock'))).decision, 15_000);
  });

  test('keeps nothing where the enforcement point may not', async () => {
    const client = await live({ key: 'another-key-of-this-tenant' });
    for (let count = 0; count < 5; count += 1)
      expect((await client.evaluate(ask('knock'))).isCached).toBe(false);
  });

  test('checks the broker’s tokens by itself, and refuses one at once that was revoked', async () => {
    const client = await live();
    const { context } = await broker.client.ok<{ context: { token: { access_token: string } } }>(
      'POST',
      '/access/v1/evaluation',
      { key: KEY, json: { ...ask('knock'), options: { token: { audience: 'sdk-api' } } } },
    );
    const { access_token: token } = context.token;
    expect(await client.verifyToken(token, { audience: 'sdk-api' })).toMatchObject({
      subjectId: 'dana',
      tenant: TENANT,
      clientId: 'gateway',
      scope: ['knock'],
    });
    await expect(client.verifyToken(token, { audience: 'elsewhere' })).rejects.toMatchObject({
      code: 'token-invalid',
    });
    await expect(
      client.verifyToken(token, { audience: 'sdk-api', tenant: 'acme' }),
    ).rejects.toMatchObject({
      code: 'token-invalid',
    });
    await broker.client.ok('POST', '/oauth2/revoke', { key: KEY, form: { token } });
    const revokedAtMs = performance.now();
    await until(
      () =>
        client.verifyToken(token, { audience: 'sdk-api' }).then(
          () => false,
          (error) => error.code === 'token-revoked',
        ),
      15_000,
    );
    expect(performance.now() - revokedAtMs).toBeLessThan(1_000);
  });
});
