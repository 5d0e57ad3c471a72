import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { CALIFORNIA, type Demo, GERMANY, startDemo } from './support/demo.js';
import { until } from './support/eventually.js';
import { applyMoreRoutes } from './support/gateway-tenant.js';
import { GrantDesk, type LiveGrant } from './support/grants.js';
import { Leftovers } from './support/leftovers.js';
import { describeDriving } from './support/needs.js';
import { type RunningNginx, startNginx } from './support/nginx.js';
import { type PlainRequest, send } from './support/plain-request.js';
import { startUpstream, type Upstream } from './support/upstream.js';

// A start may have to build first.
jest.setTimeout(240_000);

const LARGE_BODY = 'x'.repeat(900_000);

describeDriving('nginx', 'nginx with the configuration that we ship', (program) => {
  const leftovers = new Leftovers();
  let demo: Demo;
  let desk: GrantDesk;
  let upstream: Upstream;
  let nginx: RunningNginx;
  let authorization: string;

  beforeAll(async () => {
    demo = leftovers.keep(await startDemo());
    await applyMoreRoutes(demo);
    desk = await GrantDesk.open(demo);
    upstream = leftovers.keep(await startUpstream());
    const addresses = { upstream: upstream.address, sallyport: new URL(demo.url).host };
    nginx = leftovers.keep(await startNginx({ program, key: demo.key, ...addresses }));
    authorization = `Bearer ${await demo.danasToken()}`;
  });
  afterAll(() => leftovers.stop());

  /** As Dana, from Germany, unless the request says otherwise; tells how many requests reached the application. */
  const asDana = async (request: PlainRequest) => {
    const before = upstream.received.length;
    const headers = { authorization, 'x-forwarded-for': GERMANY, ...request.headers };
    const answer = await send(nginx.origin, { ...request, headers });
    return { ...answer, reached: upstream.received.length - before };
  };
  const query = { method: 'POST', path: '/db/query', body: LARGE_BODY };

  it('answers 401 with a challenge to whoever brings no token', async () => {
    const answer = await send(nginx.origin, { path: '/db' });
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="sallyport"');
    expect(upstream.received).toEqual([]);
  });

  it('answers 403 to Dana while she has no grant, whatever she sends', async () => {
    expect(await asDana({ path: '/db' })).toMatchObject({ status: 403, reached: 0 });
    expect(await asDana(query)).toMatchObject({ status: 403, reached: 0 });
    expect(await asDana({ method: 'HEAD', path: '/db' })).toMatchObject({
      status: 403,
      reached: 0,
    });
  });

  describe('while her grant lives', () => {
    let grant: LiveGrant;
    beforeAll(async () => {
      grant = await desk.grant(600);
    });
    afterAll(() => desk.revoke(grant));

    it('lets her through, and the application learns from Sallyport alone who she is', async () => {
      const spoofed = {
        'x-sallyport-subject': 'user:ada@acme.example',
        'x-decision-id': 'made-up',
        'x-sallyport-key': 'made-up',
      };
      const answer = await asDana({ path: '/db?table=ledger', headers: spoofed });
      expect(answer).toMatchObject({ status: 200, body: 'rows of the ledger', reached: 1 });
      const { url, headers } = upstream.received.at(-1) ?? {};
      expect(url).toBe('/db?table=ledger');
      expect(headers).toMatchObject({
        'x-sallyport-subject': 'user:dana@acme.example',
        'x-decision-id': answer.headers['x-decision-id'],
      });
      for (const name of ['authorization', 'x-sallyport-key'])
        expect(headers).not.toHaveProperty(name);
    });

    it('passes a large body on once it is permitted, and asks without it', async () => {
      expect(await asDana(query)).toMatchObject({ status: 200, reached: 1 });
      expect(upstream.received.at(-1)).toMatchObject({
        method: 'POST',
        bodyBytes: LARGE_BODY.length,
      });
    });

    it('judges every method by its own route', async () => {
      const head = await asDana({ method: 'HEAD', path: '/db' });
      expect(head).toMatchObject({ status: 200, body: '', reached: 1 });
      for (const method of ['OPTIONS', 'PUT', 'DELETE', 'PATCH', 'TRACE'])
        expect((await asDana({ method, path: '/db' })).status).toBeGreaterThanOrEqual(403);
      expect(upstream.received.at(-1)?.method).toBe('HEAD');
    });

    it.each([
      '/db/..%2f',
      '/db%2f',
      '/db/',
      '/db;x',
      '/db;/../admin',
      '//db',
      '/x/../db',
      '/x/%2e%2e/db',
      '/./db',
      '/db%00',
      '/db%3f',
      '/db\\',
      '/DB',
      '/%64b%2e',
    ])('lets nothing through at %j, which two servers could read differently', async (path) => {
      const { status, reached } = await asDana({ path });
      expect([400, 403]).toContain(status);
      expect(reached).toBe(0);
    });

    it('is not talked into another request or address by headers of the client', async () => {
      for (const headers of [
        { 'x-original-uri': '/db' },
        { 'x-forwarded-uri': '/db', 'x-forwarded-method': 'GET' },
      ])
        expect(await asDana({ path: '/admin', headers })).toMatchObject({
          status: 403,
          reached: 0,
        });
      const forwarded = { 'x-forwarded-for': `${GERMANY}, ${CALIFORNIA}`, 'x-real-ip': GERMANY };
      const answer = await asDana({ path: '/db', headers: forwarded });
      expect(answer).toMatchObject({ status: 403, reached: 0 });
      expect(answer.headers['x-sallyport-reason']).toBe('policy-forbid');
    });
  });

  it('stops letting her through at the moment the grant ends by itself', async () => {
    const { endsAtMs } = await desk.grant(4);
    expect(await asDana({ path: '/db' })).toMatchObject({ status: 200, reached: 1 });
    await until(endsAtMs);
    expect(await asDana({ path: '/db' })).toMatchObject({ status: 403, reached: 0 });
  });

  it('lets nobody through while the broker is away, not even a live grant', async () => {
    await desk.grant(600);
    expect(await asDana({ path: '/db' })).toMatchObject({ status: 200, reached: 1 });
    await demo.system.stop();
    expect(await asDana({ path: '/db' })).toMatchObject({ status: 403, reached: 0 });
    expect(await asDana(query)).toMatchObject({ status: 403, reached: 0 });
  });
});
