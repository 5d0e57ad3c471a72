import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { RouteOptions } from 'fastify';
import { startInProcess, type TestBroker } from '../support/broker-in-process.js';

jest.setTimeout(60_000);

/** Whoever makes a route public says so here, and why. */
const PUBLIC: Readonly<Record<string, string>> = {
  '/livez': 'a kubelet asks',
  '/readyz': 'a load balancer asks',
  '/health': 'a client of OPA asks',
  '/.well-known/authzen-configuration': 'metadata',
  '/.well-known/authzen-configuration/:tenant': 'metadata, the same for every possible name',
  '/.well-known/jwks.json': 'public keys',
  '/.well-known/oauth-authorization-server': 'metadata',
  '/auth/session': 'a browser asks whether somebody is signed in',
  '/auth/login': 'sign-in begins',
  '/auth/callback': 'sign-in ends',
  '/dev-idp/login/:uid': 'development only',
  '/dev-idp/*': 'development only',
  '/*': 'the console’s files',
};

/** What a stranger may not see the inside of. */
interface Door {
  readonly method: string;
  readonly url: string;
}

describe('the routes of the broker', () => {
  let broker: TestBroker;
  beforeAll(async () => {
    broker = await startInProcess();
  });
  afterAll(() => broker.close());

  const doors = (matches: (route: RouteOptions) => boolean): Door[] =>
    broker.routes
      .filter(matches)
      .flatMap(({ method, url }) => [method].flat().map((one) => ({ method: one, url })));
  const isPublic = ({ config }: RouteOptions) => config?.access === 'public';
  const path = (url: string) => url.replace('*', '0/000.p/1').replaceAll(/:\w+/g, 'acme');
  /** fetch refuses to send TRACE, and knows no QUERY. */
  const sendable = ({ method }: Door) => method !== 'TRACE' && method !== 'QUERY';

  it('declare, every one, who may call them', () => {
    expect(broker.routes.length).toBeGreaterThan(40);
    expect(doors(({ config }) => config?.access === undefined)).toEqual([]);
  });

  it('are public only where this test says so', () => {
    const urls = new Set(broker.routes.filter(isPublic).map(({ url }) => url));
    expect([...urls].sort()).toEqual(Object.keys(PUBLIC).sort());
  });

  it.each([
    ['nothing', {}, 'Bearer realm="sallyport"'],
    ['an unknown key', { key: 'nobody-has-this-key' }, 'error="invalid_token"'],
    ['a session that never was', { session: 'sallyport_session=acme.AAAA' }, 'Bearer'],
    ['another scheme', { headers: { authorization: 'Digest a="b"' } }, 'Bearer'],
  ] as const)('answer 401 and a challenge to %s', async (_who, credential, challenge) => {
    const closed = doors((route) => !isPublic(route)).filter(sendable);
    expect(closed.length).toBeGreaterThan(25);
    for (const { method, url } of closed) {
      const answer = await broker.client.call(method, path(url), {
        ...credential,
        headers: { 'x-request-id': 'walk-1', ...('headers' in credential && credential.headers) },
      });
      const what = `${method} ${url}`;
      expect([what, answer.status]).toEqual([what, 401]);
      expect(answer.headers.get('x-request-id')).toBe('walk-1');
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer realm="sallyport"/);
      // Where a session is wanted, an unknown key is not even looked at.
      if (url !== '/graphql' && url !== '/auth/logout')
        expect(answer.headers.get('www-authenticate')).toContain(challenge);
      if (method === 'HEAD') continue;
      expect([what, answer.headers.get('content-type')]).toEqual([
        what,
        'application/json; charset=utf-8',
      ]);
      expect(JSON.parse(answer.text)).toMatchObject({
        message: expect.any(String),
        requestId: 'walk-1',
      });
    }
  });

  it('answer 405 and the methods they offer to any other method', async () => {
    const offered = new Map<string, Set<string>>();
    // The two that take whatever no other route takes.
    for (const { method, url } of doors(({ url }) => url !== '/*' && !url.startsWith('/dev-idp')))
      offered.set(url, (offered.get(url) ?? new Set()).add(method));
    for (const [url, methods] of offered) {
      const wrong = ['GET', 'PATCH', 'DELETE', 'POST', 'PUT'].find((one) => !methods.has(one));
      // A gateway's subrequest has any method.
      if (wrong === undefined) continue;
      const headers = { accept: 'text/html, application/json;q=0.5' };
      const answer = await broker.client.call(wrong, path(url), { headers });
      const allow = (answer.headers.get('allow') ?? '').split(', ').sort();
      expect([url, answer.status, allow]).toEqual([url, 405, [...methods].sort()]);
      expect(JSON.parse(answer.text)).toMatchObject({ error: 'method-not-allowed' });
    }
  });

  it('answer 404 where there is none, in the same shape', async () => {
    for (const [method, url] of [
      ['GET', '/access/v2/evaluation'],
      ['POST', '/nowhere'],
      ['DELETE', '/v1'],
      ['GET', '/log/acme'],
      ['PUT', '/v1/tenants/acme/grants/1'],
    ] as const) {
      const answer = await broker.client.call(method, url, { headers: { accept: '*/*' } });
      expect([url, answer.status]).toEqual([url, 404]);
      expect(JSON.parse(answer.text)).toEqual({
        error: 'not-found',
        message: expect.any(String),
        requestId: answer.headers.get('x-request-id'),
      });
    }
  });

  it('refuse every kind of credential but their own', async () => {
    const { client, adminToken, pepKeys } = broker;
    const ada = broker.person('ada@acme.example');
    const session = await client.signIn('acme', ada.email, ada.password);
    const holders = {
      pep: { key: pepKeys.acme },
      admin: { key: adminToken },
      session: { session },
    };
    const refusals = [
      ['pep', ['admin', 'session']],
      ['oauth-client', ['admin', 'session']],
      ['admin', ['pep', 'session']],
      ['tenant-admin', ['pep']],
      ['evidence-exporter', ['pep']],
      ['session', ['pep', 'admin']],
    ] as const;
    for (const [access, strangers] of refusals) {
      const closed = doors(({ config }) => config?.access === access).filter(sendable);
      expect([access, closed.length > 0]).toEqual([access, true]);
      for (const { method, url } of closed)
        for (const stranger of strangers) {
          const { status } = await client.call(method, path(url), holders[stranger]);
          const what = `${stranger} at ${method} ${url}`;
          expect([what, [401, 403].includes(status)]).toEqual([what, true]);
        }
    }
  });

  it('tell no stranger which tenants there are', async () => {
    const { client, adminToken } = broker;
    const quiet = { files: { 'tenant.yaml': 'name: quiet\n' } };
    await client.ok('PUT', '/v1/tenants/quiet', { key: adminToken, json: quiet });
    const ask = async (url: string, tenant: string) => {
      const headers = { 'x-request-id': 'same' };
      const answer = await client.call('GET', url.replace('*', tenant), { headers });
      return [answer.status, unsigned(answer.text).replaceAll(tenant, '*')];
    };
    // Who signs is the instance; the name that was asked for is in what is signed.
    const unsigned = (text: string) =>
      text.replace(
        /"signed_metadata":"[^."]+\.([^."]+)\.[^"]+"/,
        (_, payload: string) => `"signed":${Buffer.from(payload, 'base64url').toString()}`,
      );
    for (const url of [
      '/.well-known/authzen-configuration/*',
      // A tenant with a console has a public sign-in page; one without has nothing to show.
      '/auth/login?tenant=*',
      '/log/*/checkpoint',
      '/log/*/tile/0/000',
      '/v1/tenants/*',
      '/v1/tenants/*/entries',
    ])
      expect([url, await ask(url, 'quiet')]).toEqual([url, await ask(url, 'nobody')]);
  });
});
