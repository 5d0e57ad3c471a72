import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { DecisionEntry } from '@sallyport/contracts';
import { parse } from 'yaml';
import { DANA, KEY } from '../../apps/api/src/decide/acme.fake.js';
import { startBroker, type TestBroker } from '../../apps/api/src/decide/decide.fake.js';

jest.setTimeout(60_000);

/** What a client asks of the gateway, and tries beside it. */
interface Asked {
  readonly method: string;
  readonly uri: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

const shipped = (path: string) =>
  readFileSync(new URL(`../../deploy/gateways/${path}`, import.meta.url), 'utf8');
const PEER = '193.99.144.80';
const IDENTITY = [
  'x-sallyport-subject',
  'x-sallyport-groups',
  'x-sallyport-token',
  'x-decision-id',
];
const SPOOFED = {
  'x-forwarded-for': '8.8.8.8',
  'x-forwarded-uri': '/records/42',
  'x-original-uri': '/records/42',
  'x-original-method': 'GET',
  'x-device-id': 'made-up',
};

interface TraefikFile {
  readonly http: {
    readonly middlewares: {
      readonly sallyport: {
        readonly forwardAuth: {
          readonly address: string;
          readonly trustForwardHeader: boolean;
          readonly authRequestHeaders: readonly string[];
          readonly authResponseHeaders: readonly string[];
        };
      };
    };
  };
}

// Neither program can be installed where these tests run: what follows sends what their sources send for the shipped settings.

describe('the request that Traefik’s ForwardAuth makes of our configuration', () => {
  const { forwardAuth } = (parse(shipped('traefik/dynamic.yaml')) as TraefikFile).http.middlewares
    .sallyport;
  behaves(({ method, uri, headers }) => {
    const passed = forwardAuth.authRequestHeaders.flatMap((name) => {
      const value = headers[name.toLowerCase()];
      return value === undefined ? [] : [[name, value] as const];
    });
    return {
      method: 'GET',
      headers: {
        ...Object.fromEntries(passed),
        'X-Sallyport-Key': KEY,
        'X-Forwarded-For': PEER,
        'X-Forwarded-Method': method,
        'X-Forwarded-Proto': 'https',
        'X-Forwarded-Host': 'app.example',
        'X-Forwarded-Uri': uri,
      },
    };
  });

  test('goes to our door, trusts no client, and takes every identity header from the answer', () => {
    expect(forwardAuth.address).toMatch(/\/forward-auth$/);
    expect(forwardAuth.trustForwardHeader).toBe(false);
    expect(lower(forwardAuth.authResponseHeaders)).toEqual(IDENTITY);
  });
});

interface ApisixFile {
  readonly routes: readonly {
    readonly plugins: {
      readonly 'forward-auth': {
        readonly uri: string;
        readonly request_method: 'GET' | 'POST';
        readonly request_headers: readonly string[];
        readonly upstream_headers: readonly string[];
        readonly client_headers: readonly string[];
        readonly allow_degradation: boolean;
      };
    };
  }[];
}

describe.each(['GET', 'POST'] as const)(
  'the %s request that APISIX’s forward-auth makes of our configuration',
  (requestMethod) => {
    const [route] = (parse(shipped('apisix/apisix.yaml')) as ApisixFile).routes;
    const plugin = route?.plugins['forward-auth'];
    if (plugin === undefined) throw new Error('the configuration has no forward-auth');
    behaves(({ method, uri, headers, body = '' }) => {
      const passed = plugin.request_headers.flatMap((name) => {
        const value = headers[name.toLowerCase()];
        return value === undefined ? [] : [[name, value] as const];
      });
      const isPost = requestMethod === 'POST';
      return {
        method: requestMethod,
        headers: {
          'X-Forwarded-Proto': 'https',
          'X-Forwarded-Method': method,
          'X-Forwarded-Host': 'app.example',
          'X-Forwarded-Uri': uri,
          'X-Forwarded-For': PEER,
          'X-Sallyport-Key': KEY,
          ...Object.fromEntries(passed),
          ...(isPost ? { 'Content-Type': headers['content-type'] ?? 'application/json' } : {}),
        },
        ...(isPost ? { payload: body } : {}),
      };
    });

    test('goes to our door, fails closed, and takes every identity header from the answer', () => {
      expect(plugin.uri).toMatch(/\/forward-auth$/);
      expect(plugin.allow_degradation).toBe(false);
      expect(lower(plugin.upstream_headers)).toEqual(IDENTITY);
      expect(lower(plugin.client_headers)).toEqual(
        expect.arrayContaining(['www-authenticate', 'location', 'x-decision-id']),
      );
    });
  },
);

interface Sent {
  readonly method: 'GET' | 'POST';
  readonly headers: Record<string, string>;
  readonly payload?: string;
}

/** What must hold whatever program asks. */
function behaves(sendOf: (asked: Asked) => Sent): void {
  let broker: TestBroker;
  let authorization: string;
  beforeAll(async () => {
    broker = await startBroker();
    authorization = `Bearer ${await broker.subjectToken()}`;
  });
  const ask = (asked: Partial<Asked>) =>
    broker.server.inject({
      url: '/forward-auth',
      ...sendOf({ method: 'GET', uri: '/records/42?page=2', headers: { authorization }, ...asked }),
    });
  const entry = () => broker.log.entries('acme').at(-1) as DecisionEntry;

  test('is permitted, and every identity header is named', async () => {
    const { statusCode, headers } = await ask({});
    expect(statusCode).toBe(200);
    expect(Object.keys(headers)).toEqual(expect.arrayContaining(IDENTITY));
    expect(headers['x-sallyport-subject']).toBe(`user:${DANA.id}`);
    expect(entry()).toMatchObject({ resource: { id: '42' }, facts: { network: { ip: PEER } } });
  });

  test('is denied, or must authenticate, as the request behind it is', async () => {
    expect((await ask({ uri: '/records/7' })).statusCode).toBe(403);
    expect((await ask({ method: 'DELETE' })).statusCode).toBe(403);
    expect((await ask({ uri: '/records/x%2F..%2F42' })).statusCode).toBe(403);
    const nobody = await ask({ headers: {} });
    expect(nobody.statusCode).toBe(401);
    expect(nobody.headers['www-authenticate']).toBe('Bearer realm="sallyport"');
  });

  test('says nothing that the client only claims', async () => {
    const { statusCode } = await ask({ uri: '/records/7', headers: { authorization, ...SPOOFED } });
    expect(statusCode).toBe(403);
    expect(entry()).toMatchObject({ resource: { id: '7' }, facts: { network: { ip: PEER } } });
    expect(entry().facts.device).toBeUndefined();
  });

  test('is judged by its request line, whatever body comes with it', async () => {
    for (const type of ['application/json', 'text/xml', 'x']) {
      const headers = { authorization, 'content-type': type };
      expect((await ask({ headers, body: '{"half": ' })).statusCode).toBe(200);
    }
  });
}

function lower(names: readonly string[]): string[] {
  return names.map((name) => name.toLowerCase());
}
