import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { DecisionEntry } from '@sallyport/contracts';
import { acme, DANA, KEY } from '../acme.fake.js';
import { startBroker, type TestBroker } from '../decide.fake.js';

jest.setTimeout(60_000);

const nginx = { 'x-original-method': 'GET', 'x-original-uri': '/records/42?page=2' };
const traefik = { 'x-forwarded-method': 'GET', 'x-forwarded-uri': '/records/42?page=2' };

describe('/forward-auth', () => {
  let broker: TestBroker;
  let authorization: string;
  beforeEach(async () => {
    broker = await startBroker();
    authorization = `Bearer ${await broker.subjectToken()}`;
  });

  const ask = async (headers: Record<string, string>, method: 'GET' | 'POST' | 'PUT' = 'GET') => {
    const answer = await broker.server.inject({
      method,
      url: '/forward-auth',
      headers: { 'x-sallyport-key': KEY, authorization, ...headers },
    });
    return { status: answer.statusCode, headers: answer.headers, body: answer.body };
  };
  const entry = () => broker.log.entries('acme').at(-1) as DecisionEntry;

  test.each([
    ['nginx', nginx],
    ['Traefik', traefik],
  ])('lets the subject through in the dialect of %s, and says who it is', async (_, headers) => {
    const { status, headers: answered } = await ask(headers);
    expect(status).toBe(200);
    expect(answered).toMatchObject({
      'x-sallyport-subject': `user:${DANA.id}`,
      'x-decision-id': entry().id,
      'x-sallyport-reason': 'policy-permit',
    });
    expect(entry()).toMatchObject({
      action: 'read',
      resource: { type: 'record', id: '42' },
      request: { context: { purpose: 'TREAT' } },
    });
  });

  test('ignores method and body of the subrequest', async () => {
    for (const method of ['POST', 'PUT'] as const) {
      expect((await ask({ ...nginx, 'content-type': 'text/xml' }, method)).status).toBe(200);
    }
  });

  test('decodes a segment once', async () => {
    await ask({ ...nginx, 'x-original-uri': '/records/a%20b%C3%BC' });
    expect(entry().resource).toEqual({ type: 'record', id: 'a bü' });
  });

  test('answers 401 with a challenge only where the end user must authenticate', async () => {
    const missing = await ask({ ...nginx, authorization: '' });
    expect(missing.status).toBe(401);
    expect(missing.headers['www-authenticate']).toBe('Bearer realm="sallyport"');
    const expired = await broker.subjectToken({ exp: 1 });
    const invalid = await ask({ ...nginx, authorization: `Bearer ${expired}` });
    expect(invalid.status).toBe(401);
    expect(invalid.headers['www-authenticate']).toBe(
      'Bearer realm="sallyport", error="invalid_token"',
    );
    expect(invalid.headers['x-sallyport-reason']).toBe('subject-token-expired');
    expect(entry().reasons).toEqual(['subject-token-expired']);
  });

  test('answers 403 to a denial, with the reason and the decision', async () => {
    const { status, headers, body } = await ask({ ...nginx, 'x-original-uri': '/records/7' });
    expect(status).toBe(403);
    expect(headers).toMatchObject({
      'x-sallyport-reason': 'device-unknown',
      'x-decision-id': entry().id,
    });
    expect(headers).not.toHaveProperty('x-sallyport-subject');
    expect(body).toBe(
      `403 device-unknown: No posture is known for the device. Decision ${entry().id}.\n`,
    );
  });

  test('answers 403 to a request that no route covers, and records it', async () => {
    for (const [name, value] of [
      ['x-original-method', 'DELETE'],
      ['x-original-uri', '/records'],
      ['x-original-uri', '/records/42/'],
      ['x-original-uri', '/records/42/notes'],
      ['x-original-uri', '/Records/42'],
      ['x-original-uri', '/'],
    ] as const) {
      expect((await ask({ ...nginx, [name]: value })).status).toBe(403);
      expect(entry()).toMatchObject({ decision: false, reasons: ['route-unknown'] });
    }
  });

  test.each([
    '/records/42%2Fnotes',
    '/records/..%2f42',
    '/records/../42',
    '/records/./42',
    '/records/%2e%2e/42',
    '/records//42',
    '/records/42;v=1',
    '/records/42%3bv=1',
    '/records\\42',
    '/records/%5c42',
    '/records/42#x',
    '/records/%2542',
    '/records/%00',
    '/records/%0a',
    '/records/%zz',
    '/records/%',
    '/records/%ff',
    '/records/ü',
    '/records/4 2',
    'records/42',
    'http://evil/records/42',
    '',
    `/records/${'x'.repeat(3_000)}`,
  ])('answers 403 to the ambiguous path %j', async (uri) => {
    const { status, headers } = await ask({ ...nginx, 'x-original-uri': uri });
    expect(status).toBe(403);
    expect(headers['x-sallyport-reason']).toBe('request-invalid');
    expect(entry()).toMatchObject({ decision: false, reasons: ['request-invalid'] });
  });

  test.each<[string, Record<string, string>]>([
    ['no headers', {}],
    ['no method', { 'x-original-uri': '/records/42' }],
    ['no URI', { 'x-original-method': 'GET' }],
    ['half of each dialect', { 'x-original-method': 'GET', 'x-forwarded-uri': '/records/42' }],
    ['two dialects that differ', { ...nginx, ...traefik, 'x-forwarded-uri': '/records/43' }],
    ['two dialects that agree', { ...nginx, ...traefik }],
    ['a URI of the other dialect', { ...nginx, 'x-forwarded-uri': '/public' }],
    ['two methods', { ...nginx, 'x-original-method': 'GET, POST' }],
    ['a method in lower case', { ...nginx, 'x-original-method': 'get' }],
    ['two URIs in one', { ...traefik, 'x-forwarded-uri': '/records/42,/records/7' }],
    ['two hosts in one', { ...traefik, 'x-forwarded-host': 'app.example, evil.example' }],
    ['a host that is none', { ...nginx, 'x-original-host': 'app.example/records' }],
    ['two schemes in one', { ...traefik, 'x-forwarded-proto': 'https,http' }],
  ])('answers 403 to %s', async (_, headers) => {
    expect((await ask(headers)).status).toBe(403);
  });

  test('takes the key from its own header alone', async () => {
    const headers = { ...nginx, authorization: `Bearer ${KEY}` };
    const own = await broker.server.inject({ url: '/forward-auth', headers });
    expect(own.statusCode).toBe(403);
    expect((await ask({ ...nginx, 'x-sallyport-key': 'nobody-has-this' })).status).toBe(401);
  });

  test.each([
    ['nginx', { ...nginx, 'x-real-ip': '193.99.144.80', 'x-forwarded-for': '8.8.8.8' }, 'DE'],
    ['nginx without X-Real-IP', { ...nginx, 'x-forwarded-for': '8.8.8.8, 193.99.144.80' }, 'DE'],
    ['Traefik', { ...traefik, 'x-forwarded-for': '8.8.8.8, 193.99.144.80' }, 'DE'],
    [
      'Caddy, and an X-Real-IP that the client invented',
      { ...traefik, 'x-real-ip': '8.8.8.8' },
      undefined,
    ],
  ])('believes the address that the gateway saw: %s', async (_, headers, country) => {
    await ask(headers);
    expect(entry().facts.network?.country).toBe(country);
  });

  test('takes the device from its header where the enforcement point may say it', async () => {
    await ask({ ...nginx, 'x-device-id': 'dana-laptop' });
    expect(entry().facts.device?.id).toBe('dana-laptop');
    broker = await startBroker(pep({ trustedProperties: ['ip'] }));
    await ask({ ...nginx, 'x-device-id': 'dana-laptop' });
    expect(entry().facts.device).toBeUndefined();
  });

  test('answers 403, never 5xx, when a decision cannot be recorded', async () => {
    broker.log.failWith(new Error('disk'));
    const { status, headers } = await ask(nginx);
    expect(status).toBe(403);
    expect(headers['x-sallyport-reason']).toBe('audit-unavailable');
    expect(broker.faults).toHaveLength(1);
  });

  test('lets everything readable through in monitor mode, and records what it would have done', async () => {
    broker = await startBroker(pep({ mode: 'monitor' }));
    for (const headers of [
      { ...nginx, authorization: '' },
      { ...nginx, 'x-original-uri': '/other' },
    ]) {
      expect((await ask(headers)).status).toBe(200);
      expect(entry()).toMatchObject({ decision: true, effective: false });
    }
    expect((await ask({ ...nginx, 'x-original-uri': '/records/..;/42' })).status).toBe(403);
    expect(entry()).toMatchObject({ decision: false, reasons: ['request-invalid'] });
  });
});

function pep(changes: object) {
  return acme({ peps: acme().peps.map((one) => ({ ...one, ...changes })) });
}
