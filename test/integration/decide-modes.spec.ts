import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { Database } from '../../apps/api/src/adapters/postgres/database.js';
import { PostgresLogReader } from '../../apps/api/src/adapters/postgres/log/postgres-log-reader.js';
import { startInProcess, type TestBroker } from '../support/broker-in-process.js';
import { readAll } from '../support/log-reading.js';

jest.setTimeout(120_000);

const MODES = ['enforce', 'warn', 'monitor'] as const;
type Mode = (typeof MODES)[number];
const TENANT = 'modes';
const DANA = { type: 'user', id: 'dana@acme.example' };
const keyOf = (mode: string) => `modes-key-of-${mode}`;

const pep = (mode: Mode) => `
- name: ${mode}
  mode: ${mode}
  key: ${keyOf(mode)}
  trustedProperties: [subject]
  routes: [{ method: GET, path: '/doors/{id}', action: knock, resource: { type: door, id: '{id}' } }, { method: PUT, path: '/doors/{id}', action: open, resource: { type: door, id: '{id}' } }]
  opa: [{ path: allow, view: boolean }, { path: result, view: object }, { path: kong, preset: kong, view: object }]
`;

const files = {
  'tenant.yaml': `
name: ${TENANT}
issuers: [{ issuer: builtin, audiences: [acme-apps] }]
tokens: { maxTtlSeconds: 900, audiences: [door-api] }
`,
  'policies/doors.cedar': `@id("knock") permit (principal, action == Action::"knock", resource is door);\n`,
  'peps.yaml': `${MODES.map(pep).join('')}
- { name: slow, key: ${keyOf('slow')}, limits: { perSecond: 0.01, burst: 1, maxBodyBytes: 400 } }
`,
};

const ask = (action: string) => ({
  subject: DANA,
  action: { name: action },
  resource: { type: 'door', id: '1' },
});

/** What an enforcement point hears at each door about an action: permitted or not, and whether it is warned. */
interface Heard {
  readonly permitted: boolean;
  readonly warned: boolean;
  readonly decisionId: string;
  readonly token?: unknown;
}

describe('the mode of an enforcement point', () => {
  let broker: TestBroker;
  let database: Database;
  let token: string;
  beforeAll(async () => {
    broker = await startInProcess();
    database = new Database({ url: broker.database.url, poolSize: 2 });
    const { client, adminToken } = broker;
    await client.ok('PUT', `/v1/tenants/${TENANT}`, { key: adminToken, json: { files } });
    const { email, password } = broker.person(DANA.id);
    token = await client.idToken(email, password);
  });
  afterAll(async () => {
    await database.close();
    await broker.close();
  });

  const send = async (mode: Mode, path: string, json: object) => {
    const { headers, text } = await broker.client.call('POST', path, { key: keyOf(mode), json });
    const heard = {
      warned: headers.has('x-sallyport-warning'),
      decisionId: headers.get('x-decision-id') ?? '',
    };
    return { ...heard, body: JSON.parse(text) as Record<string, unknown> };
  };
  const DOORS: Readonly<Record<string, (mode: Mode, action: string) => Promise<Heard>>> = {
    'a single evaluation, with a wish for a token': async (mode, action) => {
      const options = { token: { audience: 'door-api' } };
      const { body, ...heard } = await send(mode, '/access/v1/evaluation', {
        ...ask(action),
        options,
      });
      const { decision, context } = body as {
        decision: boolean;
        context?: Record<string, unknown>;
      };
      expect(context !== undefined && 'warning' in context).toBe(heard.warned);
      return { ...heard, permitted: decision, token: context?.['token'] };
    },
    'a batch': async (mode, action) => {
      const evaluations = { ...ask(action), evaluations: [{}] };
      const { body, ...heard } = await send(mode, '/access/v1/evaluations', evaluations);
      const [item] = body['evaluations'] as { decision: boolean; context?: object }[];
      expect('warning' in (item?.context ?? {})).toBe(heard.warned);
      return { ...heard, decisionId: `${heard.decisionId}.0`, permitted: item?.decision === true };
    },
    'forward-auth': async (mode, action) => {
      const { status, headers } = await broker.client.call('GET', '/forward-auth', {
        key: token,
        headers: {
          'x-sallyport-key': keyOf(mode),
          'x-original-method': action === 'knock' ? 'GET' : 'PUT',
          'x-original-uri': '/doors/1',
        },
      });
      const warned = headers.has('x-sallyport-warning');
      return { permitted: status === 200, warned, decisionId: headers.get('x-decision-id') ?? '' };
    },
    'OPA’s boolean': async (mode, action) => {
      const { body, ...heard } = await send(mode, '/v1/data/allow', { input: ask(action) });
      expect('warning' in body).toBe(heard.warned);
      return { ...heard, permitted: body['result'] === true };
    },
    'OPA’s version 0': async (mode, action) => {
      const { body, ...heard } = await send(mode, '/v0/data/allow', ask(action));
      return { ...heard, permitted: body === (true as unknown) };
    },
    'OPA’s batch': async (mode, action) => {
      const { body, ...heard } = await send(mode, '/v1/batch/data/result', {
        inputs: { a: ask(action) },
      });
      const { a } = body['responses'] as { a: { result: { allow: boolean } } };
      return { ...heard, decisionId: `${heard.decisionId}.0`, permitted: a.result.allow };
    },
    'Kong’s plugin': async (mode, action) => {
      const http = {
        method: action === 'knock' ? 'GET' : 'PUT',
        path: '/doors/1',
        headers: { authorization: `Bearer ${token}` },
      };
      const { body, ...heard } = await send(mode, '/v1/data/kong', {
        input: { request: { http } },
      });
      const { allow, headers } = body['result'] as { allow: boolean; headers: object };
      expect('x-sallyport-warning' in headers).toBe(heard.warned);
      return { ...heard, permitted: allow };
    },
  };

  const entryOf = async (id: string) => {
    const entries = await readAll(database, new PostgresLogReader(database), TENANT);
    return (entries as Record<string, unknown>[]).find((entry) => entry['id'] === id);
  };

  test.each(Object.keys(DOORS))('is kept at %s, with what was judged in the log', async (door) => {
    for (const mode of MODES)
      for (const action of ['knock', 'open']) {
        const heard = await DOORS[door]?.(mode, action);
        const isPermitted = action === 'knock';
        expect([mode, action, heard]).toMatchObject([
          mode,
          action,
          { permitted: isPermitted || mode !== 'enforce', warned: mode === 'warn' && !isPermitted },
        ]);
        if (!isPermitted) expect(heard?.token).toBeUndefined();
        const entry = await entryOf(heard?.decisionId ?? '');
        expect(entry).toMatchObject({ mode, decision: heard?.permitted });
        expect(entry?.['effective']).toBe(
          heard?.permitted === isPermitted ? undefined : isPermitted,
        );
        expect('token' in (entry ?? {})).toBe(heard?.token !== undefined);
      }
  });

  test('makes no difference to limits: what is turned away is no decision', async () => {
    const { client } = broker;
    const call = { key: keyOf('slow'), json: ask('knock') };
    const large = { ...call, json: { ...ask('knock'), context: { note: 'x'.repeat(400) } } };
    expect((await client.call('POST', '/access/v1/evaluation', large)).status).toBe(413);
    const turnedAway = await client.call('POST', '/access/v1/evaluation', call);
    expect(turnedAway.status).toBe(429);
    expect(Number(turnedAway.headers.get('retry-after'))).toBeGreaterThan(30);
    expect(JSON.parse(turnedAway.text)).toMatchObject({ reason: 'rate-limited' });
    const { text } = await client.call('GET', '/metrics', { key: broker.adminToken });
    expect(text).toContain('sallyport_rate_limited_requests 1');
  });
});
