import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { toStruct } from '../../apps/api/src/decide/envoy/struct.js';
import { CART, EDGE, EnvoyWorld } from './envoy-world.js';

jest.setTimeout(120_000);

const SOURCE = { address: { socket_address: { address: '84.128.0.1', port_value: 40_000 } } };

describe('envoy.service.auth.v3.Authorization/Check', () => {
  let world: EnvoyWorld;
  let authorization: string;
  let dana: { headers: Record<string, string> };
  beforeAll(async () => {
    world = await EnvoyWorld.start();
    authorization = `Bearer ${await world.danasToken()}`;
    dana = { headers: { authorization } };
  });
  afterAll(async () => {
    // Whatever a case was about: an allow has its decision in the log.
    try {
      expect(await world.expectSoundAllows()).toBeGreaterThan(15);
    } finally {
      await world?.close();
    }
  });

  const denied = (reason: string, http = 403, code = 7) => ({ code, http, reason });
  const invalid = denied('request-invalid');
  const workload = (principal: string) => ({ source: { ...SOURCE, principal } });
  const xfcc = (value: string) => ({ headers: { 'x-forwarded-client-cert': value } });

  describe('the end user', () => {
    it('is let through with a permit, and the application learns who it is', async () => {
      const reply = await world.ask('edge', dana, { source: SOURCE });
      expect(reply).toMatchObject({
        code: 0,
        headers: {
          'x-sallyport-subject': 'user:dana@acme.example',
          'x-sallyport-reason': 'policy-permit',
        },
        metadata: { mode: 'enforce', permitted: true },
      });
      expect(await world.last()).toMatchObject({
        decision: true,
        pep: 'edge',
        resource: { type: 'record', id: '42' },
        facts: { authn: { verified: true }, network: { ip: '84.128.0.1', country: 'DE' } },
        request: { context: { adapter: 'envoy', subject_source: 'token' } },
      });
    });

    it('gets 403, the reason and the decision where no policy permits it', async () => {
      const reply = await world.ask('edge', { ...dana, path: '/records/secret' });
      expect(reply).toMatchObject(denied('no-matching-policy'));
      const { id } = await world.last();
      expect(reply.headers).toMatchObject({
        'x-decision-id': id,
        'x-sallyport-reason': 'no-matching-policy',
        'content-type': 'application/json; charset=utf-8',
      });
      expect(JSON.parse(reply.body ?? '')).toEqual({
        error: 'forbidden',
        reason: 'no-matching-policy',
        message: 'No policy permits this.',
        decisionId: id,
      });
    });

    it('gets 401 with a challenge where it brings no token', async () => {
      const reply = await world.ask('edge', {});
      expect(reply).toMatchObject(denied('subject-token-missing', 401, 16));
      expect(reply.headers['www-authenticate']).toBe('Bearer realm="sallyport"');
    });

    it.each(['Bearer nonsense', 'Bearer', 'bearer a b', 'Bearer a.b.c'])(
      'gets 401 and is told that the token is bad: %s',
      async (value) => {
        const reply = await world.ask('edge', { headers: { authorization: value } });
        expect(reply).toMatchObject(denied('subject-token-invalid', 401, 16));
        expect(reply.headers['www-authenticate']).toMatch(/error="invalid_token"$/);
      },
    );

    it('is refused where two tokens were joined to one header', async () => {
      const headers = { authorization: `${authorization}, Bearer other` };
      expect(await world.ask('edge', { headers })).toMatchObject(invalid);
    });

    it('is known by the cookie of a route that names one', async () => {
      const headers = { cookie: `a=b; session=${authorization.slice('Bearer '.length)}` };
      expect((await world.ask('edge', { headers, path: '/app/1' })).code).toBe(0);
      expect((await world.ask('edge', { headers })).http).toBe(401);
      expect((await world.ask('edge', { headers, path: '/only/1' })).code).toBe(0);
      expect(await world.ask('edge', { ...dana, path: '/only/1' })).toMatchObject(
        denied('subject-token-missing', 401, 16),
      );
    });

    it('is known by what jwt_authn verified, where the proxy is trusted for that', async () => {
      const claims = { iss: `${world.broker.url}/dev-idp`, aud: 'acme-apps' };
      const jwt_payload = { ...claims, sub: 'dana@acme.example', exp: Date.now() / 1_000 + 60 };
      const filter_metadata = { 'envoy.filters.http.jwt_authn': toStruct({ jwt_payload }) };
      const attributes = { metadata_context: { filter_metadata } };
      expect((await world.ask('meshed', {}, attributes)).code).toBe(0);
      expect((await world.ask('edge', {}, attributes)).http).toBe(401);
    });
  });

  describe('the calling workload', () => {
    it('is the principal of the handshake', async () => {
      expect((await world.ask('edge', {}, workload(CART))).code).toBe(0);
      expect(await world.last()).toMatchObject({
        subject: { type: 'workload', id: CART },
        request: { context: { workload: CART, subject_source: 'principal' } },
      });
      expect(await world.ask('edge', {}, workload(EDGE))).toMatchObject(
        denied('no-matching-policy'),
      );
    });

    it('comes after the end user, whose decision names it too', async () => {
      expect((await world.ask('edge', dana, workload(EDGE))).code).toBe(0);
      expect(await world.last()).toMatchObject({
        subject: { type: 'user' },
        request: { context: { workload: EDGE } },
      });
    });

    it('is nobody where the principal is no SPIFFE ID, and refused where it is almost one', async () => {
      expect((await world.ask('edge', {}, workload('cart.shop'))).http).toBe(401);
      expect(await world.ask('edge', {}, workload(`${CART}/../x`))).toMatchObject(invalid);
    });

    it('may not be asserted by a proxy that is not trusted for subjects', async () => {
      expect(await world.ask('silent', {}, workload(CART))).toMatchObject(
        denied('subject-not-asserted'),
      );
    });

    it.each([
      ['one element', `By=${EDGE};Hash=00;Subject="";URI=${CART}`],
      ['several elements: the nearest', `By=x;URI=${EDGE},By=y;URI=${CART}`],
      ['a quoted URI, and keys in any case', `uRi="${CART}"`],
      [
        'commas, semicolons and escaped quotes in a subject',
        `Subject="O=\\"A, B;\\",URI=x";URI=${CART}`,
      ],
    ])('is what x-forwarded-client-cert says: %s', async (_, header) => {
      expect((await world.ask('meshed', xfcc(header))).code).toBe(0);
      expect(await world.last()).toMatchObject({
        subject: { type: 'workload', id: CART },
        request: { context: { subject_source: 'xfcc' } },
      });
    });

    it.each([
      ['several URIs', `URI=${CART};URI=${EDGE}`],
      ['no URI', 'By=x;Hash=00'],
      ['a URI that is no SPIFFE ID', 'URI=https://cart.shop'],
      ['an empty header', ''],
    ])('is nobody in an x-forwarded-client-cert with %s', async (_, header) => {
      expect((await world.ask('meshed', xfcc(header))).http).toBe(401);
    });

    it.each([
      ['an open quote', `URI="${CART}`],
      ['a missing pair', `URI=${CART};`],
      ['a subject that swallows its end', `Subject="CN=a\\\\";URI=${CART}`],
      ['20 KiB', `Cert="${'x'.repeat(20_000)}";URI=${CART}`],
      ['20 elements', Array.from({ length: 20 }, () => `URI=${CART}`).join(',')],
    ])('is refused with a malformed x-forwarded-client-cert: %s', async (_, header) => {
      expect(await world.ask('meshed', xfcc(header))).toMatchObject(invalid);
    });

    it('is not taken from x-forwarded-client-cert by a proxy that is not trusted for it', async () => {
      expect((await world.ask('edge', xfcc(`URI=${CART}`))).http).toBe(401);
    });

    it('is refused where header and handshake disagree', async () => {
      const reply = await world.ask('meshed', xfcc(`URI=${CART}`), workload(EDGE));
      expect(reply).toMatchObject(denied('subject-mismatch'));
    });

    it('is found behind a proxy that the configuration trusts', async () => {
      const context_extensions = { 'sallyport.xfcc_trusted_hops': '1' };
      const attributes = { ...workload(EDGE), context_extensions };
      const chain = xfcc(`URI=${CART},URI=${EDGE}`);
      expect((await world.ask('meshed', chain, attributes)).code).toBe(0);
      expect((await world.last()).subject.id).toBe(CART);
      expect(await world.ask('meshed', xfcc(`URI=${EDGE}`), attributes)).toMatchObject(invalid);
    });
  });

  describe('the request', () => {
    const raw = (...headers: (readonly [string, string | Buffer])[]) => ({
      header_map: {
        headers: headers.map(([key, value]) => ({ key, raw_value: Buffer.from(value) })),
      },
    });

    it('may bring its headers raw (encode_raw_headers)', async () => {
      expect((await world.ask('edge', raw(['Authorization', authorization]))).code).toBe(0);
      const twice = raw(['authorization', authorization], ['authorization', authorization]);
      expect(await world.ask('edge', twice)).toMatchObject(invalid);
      const both = { ...raw(['authorization', authorization]), ...dana };
      expect(await world.ask('edge', both)).toMatchObject(invalid);
    });

    it('may hold bytes that are no UTF-8, but not in a header that says who asks', async () => {
      const bytes = Buffer.from([0x42, 0xff, 0xfe]);
      const harmless = raw(['authorization', authorization], ['x-name', bytes]);
      expect((await world.ask('edge', harmless)).code).toBe(0);
      expect(await world.ask('edge', raw(['authorization', bytes]))).toMatchObject(invalid);
    });

    it('is refused with more than 64 KiB or 256 headers, which Envoy itself would not take', async () => {
      const large = { headers: { authorization, 'x-large': 'x'.repeat(65_536) } };
      expect(await world.ask('edge', large)).toMatchObject(invalid);
      const names = Array.from({ length: 256 }, (_, index) => [`x-${index}`, ''] as const);
      const many = { headers: { authorization, ...Object.fromEntries(names) } };
      expect(await world.ask('edge', many)).toMatchObject(invalid);
    });

    it.each([
      '/records/4%2F2',
      '/records/..;/42',
      '/records/%2e%2e/42',
      '/records//42',
      '/records\\42',
      '/records/42#x',
      '/records/%00',
      'records/42',
      '*',
      '',
      `/${'x'.repeat(3_000)}`,
    ])('is refused with the ambiguous path %j', async (path) => {
      expect(await world.ask('edge', { ...dana, path })).toMatchObject(invalid);
    });

    it('is about the path without its query, decoded once', async () => {
      expect((await world.ask('edge', { ...dana, path: '/records/a%20b?x=/../%2F' })).code).toBe(0);
      expect((await world.last()).resource.id).toBe('a b');
    });

    it.each(['get', 'GET,POST', '', 'G'.repeat(40), 'M-SEARCH'])(
      'is refused with the method %j',
      async (method) => {
        expect(await world.ask('edge', { ...dana, method })).toMatchObject(invalid);
      },
    );

    it('is denied where no route covers it', async () => {
      for (const http of [{ method: 'PURGE' }, { path: '/elsewhere' }, { path: '/Records/42' }])
        expect(await world.ask('edge', { ...dana, ...http })).toMatchObject(
          denied('route-unknown'),
        );
    });

    it('is for the host that its route names, on any port', async () => {
      const hosted = { ...dana, path: '/hosted' };
      expect((await world.ask('edge', { ...hosted, host: 'Shop.example:8443' })).code).toBe(0);
      for (const host of ['other.example', '', 'shop.example.evil', 'shop.example, other'])
        expect(await world.ask('edge', { ...hosted, host })).toMatchObject(denied('route-unknown'));
    });

    it('may be gRPC, or CONNECT with a path', async () => {
      const grpc = { ...dana, method: 'POST', path: '/shop.Cart/Add' };
      expect((await world.ask('edge', grpc)).code).toBe(0);
      const connect = { ...dana, method: 'CONNECT', path: '/socket', protocol: 'websocket' };
      expect((await world.ask('edge', connect)).code).toBe(0);
      expect(await world.ask('edge', { ...connect, path: '' })).toMatchObject(invalid);
    });

    it('may have a body, which nobody reads', async () => {
      const body = { body: 'x'.repeat(200_000), size: '200000' };
      expect((await world.ask('edge', { ...dana, ...body })).code).toBe(0);
    });

    it.each([
      ['nothing', {}],
      ['no request', { attributes: {} }],
      ['no HTTP request', { attributes: { request: {} } }],
      ['an empty HTTP request', { attributes: { request: { http: {} } } }],
    ])('is denied where it holds %s, and that is recorded', async (_, message) => {
      const reply = await world.send(message, {
        metadata: { 'x-sallyport-key': 'key-of-the-edge' },
      });
      expect(reply).toMatchObject(invalid);
      expect(await world.last()).toMatchObject({
        id: reply.headers['x-decision-id'],
        decision: false,
        request: { context: { adapter: 'envoy' } },
      });
    });

    it('is about what the proxy configured for the route, in context_extensions or route metadata', async () => {
      const door = { 'sallyport.action': 'knock', 'sallyport.resource_type': 'door' };
      const http = { ...dana, path: '/elsewhere' };
      const full = { context_extensions: { ...door, 'sallyport.resource_id': 'front' } };
      const reply = await world.ask('edge', http, full);
      expect([reply.code, 'obligations' in reply.metadata]).toEqual([0, true]);
      expect(await world.last()).toMatchObject({
        action: 'knock',
        resource: { type: 'door', id: 'front' },
      });
      const sallyport = toStruct({ resource_id: 'back' });
      const route = { route_metadata_context: { filter_metadata: { sallyport } } };
      const mixed = { context_extensions: door, ...route };
      expect((await world.ask('edge', http, mixed)).code).toBe(0);
      expect(await world.ask('edge', http, { ...full, ...route })).toMatchObject(invalid);
      const misspelt = { context_extensions: { 'sallyport.acton': 'knock' } };
      expect(await world.ask('edge', dana, misspelt)).toMatchObject(invalid);
    });

    it('can be bound to the user, or to the workload, whoever else is there', async () => {
      const bound = (subject: string) => ({
        ...workload(CART),
        context_extensions: { 'sallyport.subject': subject },
      });
      expect((await world.ask('edge', {}, bound('user'))).http).toBe(401);
      expect((await world.ask('edge', dana, bound('workload'))).code).toBe(0);
      expect((await world.last()).subject.type).toBe('workload');
    });
  });

  describe('an enforcement point that only observes', () => {
    const secret = () => ({ ...dana, path: '/records/secret' });

    it('is answered with an allow in monitor mode, and told what it would have been', async () => {
      expect(await world.ask('monitor', secret())).toMatchObject({
        code: 0,
        metadata: { mode: 'monitor', decision: true, permitted: false },
      });
      expect(await world.last()).toMatchObject({ decision: true, effective: false });
      const anonymous = await world.ask('monitor', {});
      expect([anonymous.code, anonymous.headers['x-sallyport-subject']]).toEqual([0, undefined]);
      expect(anonymous.removed).toContain('x-sallyport-subject');
    });

    it('warns in warn mode', async () => {
      const { code, headers } = await world.ask('warn', secret());
      expect(code).toBe(0);
      expect(headers['x-sallyport-warning']).toMatch(
        /^would be denied: no-matching-policy, .*shadow-mode$/,
      );
    });

    it('is not answered with an allow where the request itself is not valid', async () => {
      const traversal = { ...dana, path: '/records/..;/42' };
      expect(await world.ask('monitor', traversal)).toMatchObject(invalid);
    });
  });
});
