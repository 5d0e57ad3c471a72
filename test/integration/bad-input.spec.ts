import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  type Asker,
  badDecisions,
  type BadRequest,
  QUESTION,
} from '../support/broker-bad-decide.js';
import { badAtDoors } from '../support/broker-bad-doors.js';
import { badGraphQL } from '../support/broker-bad-graphql.js';
import { badOAuth } from '../support/broker-bad-oauth.js';
import { badAtRegisters } from '../support/broker-bad-registers.js';
import type { Answer, Call } from '../support/broker-client.js';
import { startInProcess, type TestBroker } from '../support/broker-in-process.js';

jest.setTimeout(60_000);

/** Words that only the inside of a program says. */
const INSIDE = /prisma|postgres|select |insert |node_modules|\.(ts|js):\d|\[object|zod/i;

const rows = [...badDecisions, ...badAtDoors, ...badOAuth, ...badAtRegisters, ...badGraphQL];
const named = (table: readonly BadRequest[]) =>
  table.map((row) => [`${row.what} (${row.method} ${row.path.slice(0, 60)})`, row] as const);

describe('bad input', () => {
  let broker: TestBroker;
  let credentials: Record<Asker, Call>;
  let secrets: Record<string, string>;
  beforeAll(async () => {
    broker = await startInProcess();
    const { client, adminToken, pepKeys } = broker;
    const session = async (email: string) =>
      client.signIn('acme', email, broker.person(email).password);
    const administrator = await session('ada@acme.example');
    const { createApiToken } = await client.data<{ createApiToken: { secret: string } }>(
      administrator,
      'mutation { createApiToken(name: "ci", roles: ["auditor"], expiresInDays: 1) { secret } }',
    );
    credentials = {
      nobody: {},
      pep: { key: pepKeys.acme },
      admin: { key: adminToken },
      token: { key: createApiToken.secret },
      member: { session: await session('dana@acme.example') },
      administrator: { session: administrator },
    };
    const basic = Buffer.from(`other-name:${pepKeys.acme}`).toString('base64');
    secrets = { $pep: pepKeys.acme, $session: administrator, $basic: `Basic ${basic}` };
  });
  afterAll(() => broker.close());

  const send = ({ as, method, path, call = {} }: BadRequest): Promise<Answer> => {
    const headers = Object.fromEntries(
      Object.entries(call.headers ?? {}).map(([name, value]) => [name, secrets[value] ?? value]),
    );
    const credential = 'authorization' in headers ? {} : credentials[as];
    return broker.client.call(method, path, {
      ...credential,
      ...call,
      headers: { ...headers, 'x-request-id': 'bad-input' },
    });
  };

  it('is tried at every door, in more than sixty ways', () => {
    expect(rows.filter(({ status }) => status >= 400).length).toBeGreaterThan(150);
  });

  it.each(named(rows))('%s is refused in words', async (_what, row) => {
    const answer = await send(row);
    const reason = answer.headers.get('x-sallyport-reason');
    const said = reason === null ? answer.text : `${reason} ${answer.text}`;
    expect([answer.status, said]).toEqual([row.status, expect.stringMatching(row.names)]);
    expect(said).not.toMatch(INSIDE);
    expect(answer.headers.get('x-request-id')).toBe('bad-input');
    expect(answer.headers.has('www-authenticate')).toBe(row.status === 401);
    // A gateway's subrequest has no body: its reason is a header.
    if (reason !== null) return;
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    const body = JSON.parse(answer.text) as Record<string, unknown>;
    if (row.status === 200) expect(answer.text).not.toContain('"internal"');
    else expect(body['message'] ?? body['errors']).toEqual(expect.anything());
  });

  it('caused no error of the server, and stopped nothing', async () => {
    const { client, adminToken, pepKeys } = broker;
    const metrics = await client.call('GET', '/metrics', { key: adminToken });
    expect(metrics.text).toContain('status="4xx"');
    expect(metrics.text).not.toContain('status="5xx"');
    const faults = metrics.text
      .split('\n')
      .filter((line) => /^sallyport_faults_total\S* [1-9]/.test(line))
      // The tests' server syncs nothing to the disk, and the broker says so.
      .filter((line) => !line.includes('log-not-durable'));
    expect(faults).toEqual([]);
    expect((await client.call('GET', '/readyz')).status).toBe(200);
    const json = { ...QUESTION, options: { explain: true } };
    const answer = await client.ok('POST', '/access/v1/evaluation', { key: pepKeys.acme, json });
    expect(answer).toMatchObject({ decision: false });
  });
});
