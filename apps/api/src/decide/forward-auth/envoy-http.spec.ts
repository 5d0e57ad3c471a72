import { type IncomingHttpHeaders, request } from 'node:http';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { DecisionEntry } from '@sallyport/contracts';
import { acme, DANA, KEY } from '../acme.fake.js';
import { startBroker, type TestBroker } from '../decide.fake.js';

jest.setTimeout(60_000);

type Method = 'GET' | 'POST' | 'HEAD' | 'OPTIONS' | 'PUT' | 'PATCH' | 'DELETE';

describe('/forward-auth/envoy', () => {
  let broker: TestBroker;
  let authorization: string;
  let address: string;
  beforeAll(async () => {
    const everyMethod = acme().peps.map((pep) => ({
      ...pep,
      routes: pep.routes.map((route) => ({ ...route, method: '*' })),
    }));
    broker = await startBroker(acme({ peps: everyMethod }));
    authorization = `Bearer ${await broker.subjectToken()}`;
    address = await broker.server.listen({ port: 0, host: '127.0.0.1' });
  });

  afterAll(() => broker.server.close());

  const ask = (path: string, method: Method = 'GET', headers: object = {}, payload = '') =>
    broker.server.inject({
      method,
      url: `/forward-auth/envoy${path}`,
      headers: { 'x-sallyport-key': KEY, authorization, host: 'app.example', ...headers },
      ...(payload === '' ? {} : { payload }),
    });
  const send = (method: string, path: string) =>
    plain(address, method, path, { 'x-sallyport-key': KEY, authorization });
  const entry = () => broker.log.entries('acme').at(-1) as DecisionEntry;

  test.each<Method>(['GET', 'POST', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'DELETE'])(
    'judges the very %s that Envoy passes on',
    async (method) => {
      const answer = await ask('/records/42?page=2', method);
      expect(answer.statusCode).toBe(200);
      expect(answer.headers['x-sallyport-subject']).toBe(`user:${DANA.id}`);
      expect(entry()).toMatchObject({ decision: true, resource: { type: 'record', id: '42' } });
    },
  );

  test('judges methods that no browser sends', async () => {
    for (const method of ['PROPFIND', 'MKCOL', 'REPORT', 'TRACE', 'PURGE'] as const) {
      const { status } = await send(method, '/records/42');
      expect(status).toBe(200);
      expect(entry()).toMatchObject({ decision: true });
    }
  });

  test.each(['application/json', 'text/xml', 'application/x-www-form-urlencoded', 'x'])(
    'does not read a body of type %s',
    async (type) => {
      for (const body of ['', '{', '{"a":1}']) {
        const answer = await ask('/records/42', 'POST', { 'content-type': type }, body);
        expect(answer.statusCode).toBe(200);
      }
    },
  );

  test('names what Envoy must take out of the request, and nothing that it puts in', async () => {
    const { headers } = await ask('/records/42');
    expect(headers).not.toHaveProperty('x-sallyport-token');
    const removed = String(headers['x-envoy-auth-headers-to-remove']).split(',');
    expect(removed).toEqual(
      expect.arrayContaining([
        'x-sallyport-groups',
        'x-sallyport-token',
        'x-sallyport-key',
        'x-original-uri',
        'x-forwarded-uri',
        'x-device-id',
      ]),
    );
    expect(removed).not.toContain('x-sallyport-subject');
    expect(removed).not.toContain('x-decision-id');
  });

  test.each([
    '',
    '/',
    '/records',
    '/records/42/',
    '/records//42',
    '//records/42',
    '/records/7/../42',
    '/records/%2e%2e/42',
    '/records/42%2Fx',
    '/records/42;x',
    '/records/%2542',
    '/Records/42',
    `/records/${'x'.repeat(2_000)}`,
  ])('denies %j, without a redirect and without a 404', async (path) => {
    const { status, headers } = await send('GET', path);
    expect(status).toBe(403);
    expect(headers).not.toHaveProperty('location');
    expect(headers).not.toHaveProperty('x-sallyport-subject');
    expect(entry()).toMatchObject({ decision: false });
  });

  test.each(['/records/%zz', '/records/%00', '/records/%ff'])(
    'never answers 200 to %j, which is no path at all',
    async (path) => {
      expect((await send('GET', path)).status).toBeGreaterThanOrEqual(400);
    },
  );

  test('judges the request line of the request, whatever other dialects say', async () => {
    const headers = { 'x-forwarded-uri': '/records/42', 'x-forwarded-method': 'GET' };
    expect((await ask('/records/7', 'GET', headers)).statusCode).toBe(403);
    expect(entry().resource).toEqual({ type: 'record', id: '7' });
  });

  test('answers 401 with a challenge to HEAD as well, and tells why', async () => {
    const answer = await ask('/records/42', 'HEAD', { authorization: '' });
    expect(answer.statusCode).toBe(401);
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="sallyport"');
    expect(answer.headers['x-sallyport-reason']).toBe('subject-token-missing');
  });

  test('takes the key from its own header alone, and no other credential', async () => {
    const url = '/forward-auth/envoy/records/42';
    const noKey = await broker.server.inject({ url, headers: { authorization: `Bearer ${KEY}` } });
    expect(noKey.statusCode).toBe(403);
    const wrong = await ask('/records/42', 'GET', { 'x-sallyport-key': 'nobody-has-this' });
    expect(wrong.statusCode).toBe(401);
  });
});

/** Exactly as written, which an injected request would not be. */
function plain(
  address: string,
  method: string,
  path: string,
  headers: Record<string, string>,
): Promise<{ status: number; headers: IncomingHttpHeaders }> {
  const { hostname, port } = new URL(address);
  return new Promise((resolve, reject) => {
    const target = `/forward-auth/envoy${path}`;
    const options = { hostname, port, method, path: target, headers, agent: false };
    const outgoing = request(options, (incoming) => {
      incoming.resume();
      incoming.on('end', () =>
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers }),
      );
    });
    outgoing.once('error', reject);
    outgoing.end();
  });
}
