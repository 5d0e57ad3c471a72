import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Answer, Call } from '../support/broker-client.js';
import { startInProcess, type TestBroker } from '../support/broker-in-process.js';
import { playStories, type Story } from '../support/broker-story.js';

jest.setTimeout(60_000);

const NOBODY = 'nobody';
const NO_ID = '01a20228-0000-7000-8000-000000000000';
/** Routes that belong to no tenant, or whose credential alone says to which. Each has a test below or in routes.spec.ts. */
const WITHOUT_TENANT = [
  '/livez',
  '/readyz',
  '/metrics',
  '/access/v1/evaluation',
  '/access/v1/evaluations',
  '/access/v1/search/subject',
  '/access/v1/search/resource',
  '/access/v1/search/action',
  '/forward-auth',
  '/forward-auth/envoy',
  '/forward-auth/envoy/*',
  '/health',
  '/v0/data/*',
  '/v1/batch/data/*',
  '/v1/data/*',
  '/v1/kubernetes/admission',
  '/v1/kubernetes/authorize',
  '/v1/kubernetes/reports',
  '/v1/signals',
  '/oauth2/token',
  '/oauth2/introspect',
  '/oauth2/revoke',
  '/graphql',
  '/v1/keys/token/rotate',
  '/v1/plan',
  '/auth/session',
  '/auth/login',
  '/auth/callback',
  '/auth/logout',
  '/.well-known/authzen-configuration',
  '/.well-known/jwks.json',
  '/.well-known/oauth-authorization-server',
  '/dev-idp/login/:uid',
  '/dev-idp/*',
  '/*',
];

describe('a tenant and its neighbour', () => {
  let broker: TestBroker;
  let acme: Story;
  let other: Story;
  beforeAll(async () => {
    broker = await startInProcess();
    ({ acme, other } = await playStories(broker));
  });
  afterAll(() => broker.close());

  /** Everything of the answer that a caller can tell from another; the request id is the same for all. */
  const ask = async (method: string, path: string, call: Call) => {
    const headers = { 'x-request-id': 'same', ...call.headers };
    const answer = await broker.client.call(method, path, { ...call, headers });
    return visible(answer);
  };
  const credentials = (): Record<string, Call> => ({
    nothing: {},
    'a PEP key': { key: other.pepKey },
    'an API token': { key: other.apiToken },
    "an admin's session": { session: other.sessions.admin },
    "a member's session": { session: other.sessions.member },
    'an access token': { key: other.accessToken },
  });
  /** The paths of a tenant's routes, with each of these names in the place of an object's. */
  const ownedPaths = (ids: readonly string[]) => {
    const owned = broker.routes.filter(
      ({ url, config }) => url.includes('/:tenant') && config?.access !== 'public',
    );
    const filled = owned.flatMap(({ method, url }) =>
      ids.flatMap((id) => {
        const path = url.replace(':type', 'database').replace(':id', id).replace('*', '0/000.p/1');
        return [method].flat().map((one) => `${one} ${path}`);
      }),
    );
    return [...new Set(filled)].map((line) => {
      const [method = '', path = ''] = line.split(' ');
      return { method, path };
    });
  };
  const withBody = (method: string, call: Call): Call =>
    method === 'PUT' || method === 'POST' ? { ...call, json: { files: {} } } : call;

  it('is told apart on every route: a new one must be looked at here', () => {
    const without = broker.routes.map(({ url }) => url).filter((url) => !url.includes(':tenant'));
    expect([...new Set(without)].sort()).toEqual([...WITHOUT_TENANT].sort());
  });

  it('learns nothing from any route, with any of its credentials: not even whether the tenant exists', async () => {
    const paths = ownedPaths([acme.ids.decision]);
    expect(paths.length).toBeGreaterThan(20);
    for (const [who, credential] of Object.entries(credentials())) {
      for (const { method, path } of paths) {
        const call = withBody(method, credential);
        const answer = await ask(method, path.replace(':tenant', acme.tenant), call);
        const nothing = await ask(method, path.replace(':tenant', NOBODY), call);
        const what = `${method} ${path} with ${who}`;
        expect([what, answer]).toEqual([what, nothing]);
        expect([what, [401, 403, 404].includes(answer.status)]).toEqual([what, true]);
      }
    }
  });

  it('finds no object of its neighbour under its own name', async () => {
    const ids = [...Object.values(acme.ids), 'patient-42-treatment', 'prod'];
    for (const { method, path } of ownedPaths(ids)) {
      const named = ids.find((id) => path.includes(`/${id}`));
      if (named === undefined || method === 'PUT') continue;
      const own = path.replace(':tenant', other.tenant);
      const call = { key: other.apiToken };
      const answer = await ask(method, own, call);
      const nothing = await ask(method, own.replace(named, NO_ID), call);
      expect([own, answer]).toEqual([own, nothing]);
      expect([own, answer.status]).toEqual([own, 404]);
    }
  });

  it('changed nothing of its neighbour by all this', async () => {
    const path = `/v1/tenants/${acme.tenant}`;
    const { files } = await broker.client.ok<{ files: Record<string, string> }>('GET', path, {
      key: acme.apiToken,
    });
    expect(JSON.stringify(files)).toContain(acme.ids.device);
    expect(JSON.stringify(files)).not.toContain(other.ids.device);
    const entry = `${path}/entries/${acme.ids.decision}`;
    expect(await broker.client.ok('GET', entry, { key: acme.pepKey })).toMatchObject({
      id: acme.ids.decision,
      decision: true,
    });
  });

  it.each([
    ['a subject', { subject: { type: 'user', id: 'dana@acme.example' } }],
    ['a device', { context: { device_id: 'dana-laptop' } }],
    ['a resource', { resource: { type: 'database', id: 'prod' } }],
    ['a role', { subject: { type: 'role', id: 'prod-db-reader' } }],
  ])('is decided about as if %s of its neighbour were unknown', async (_what, about) => {
    const question = {
      subject: { type: 'user', id: 'mallory@other.example' },
      action: { name: 'open' },
      resource: { type: 'vault', id: 'main' },
      context: { device_id: 'no-device' },
      options: { explain: true },
    };
    const unknown = JSON.parse(
      JSON.stringify(about).replaceAll(
        /dana@acme.example|dana-laptop|"prod"|prod-db-reader/g,
        (id) => (id.startsWith('"') ? '"none"' : 'none'),
      ),
    ) as object;
    const decide = async (difference: object) => {
      const json = { ...question, ...difference };
      const answer = await broker.client.call('POST', '/access/v1/evaluation', {
        key: other.pepKey,
        json,
      });
      return { status: answer.status, text: answer.text };
    };
    expect(await decide(about)).toEqual(await decide(unknown));
  });

  it.each([
    ['subject', { subject: { type: 'user' } }],
    ['resource', { resource: { type: 'database' } }],
    ['resource', { resource: { type: 'vault' } }],
    ['action', {}],
  ])('finds no %s of its neighbour: %j', async (searched, about) => {
    const question = {
      subject: { type: 'user', id: 'dana@acme.example' },
      action: { name: 'open' },
      resource: { type: 'vault', id: 'main' },
    };
    const { results } = await broker.client.ok<{ results: object[] }>(
      'POST',
      `/access/v1/search/${searched}`,
      { key: other.pepKey, json: { ...question, ...about } },
    );
    expect(JSON.stringify(results)).not.toMatch(/acme|prod/);
  });

  it('learns nothing from a token of its neighbour, and cannot end it', async () => {
    const form = { token: acme.accessToken };
    const never = { token: `${acme.accessToken.slice(0, -8)}AAAAAAAA` };
    for (const path of ['/oauth2/introspect', '/oauth2/revoke']) {
      const answer = await ask('POST', path, { key: other.pepKey, form });
      expect(answer).toEqual(await ask('POST', path, { key: other.pepKey, form: never }));
      expect(answer.status).toBe(200);
    }
    const own = await broker.client.ok('POST', '/oauth2/introspect', { key: acme.pepKey, form });
    expect(own).toMatchObject({ active: true, jti: acme.ids.token });
  });

  it('cannot exchange for an audience of its neighbour', async () => {
    const { email, password } = broker.person('mallory@other.example');
    const form = {
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: await broker.client.idToken(email, password),
      subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
      resource: 'urn:sallyport:vault:main',
      scope: 'open',
    };
    const at = (audience: string) =>
      ask('POST', '/oauth2/token', { key: other.pepKey, form: { ...form, audience } });
    const answer = await at('prod-db');
    expect(answer).toEqual(await at('never-db'));
    expect(answer.status).toBe(400);
  });

  it('has sessions that open no other tenant', async () => {
    const swapped = other.sessions.admin.replace('=other.', '=acme.');
    const query = { query: '{ me { id tenant } }' };
    const answer = await ask('POST', '/graphql', { session: swapped, json: query });
    const never = 'sallyport_session=acme.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
    expect(answer).toEqual(await ask('POST', '/graphql', { session: never, json: query }));
    expect(answer.status).toBe(401);
  });
});

function visible({ status, headers, text }: Answer) {
  const varying = new Set(['date', 'x-decision-id', 'keep-alive', 'connection']);
  return { status, headers: [...headers].filter(([name]) => !varying.has(name)), text };
}
