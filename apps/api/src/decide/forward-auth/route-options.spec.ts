import { describe, expect, jest, test } from '@jest/globals';
import type { BrowserSettings, DecisionEntry, PepRoute } from '@sallyport/contracts';
import { decodeJwt } from 'jose';
import { acme, DANA, KEY } from '../acme.fake.js';
import { PUBLIC_URL, startBroker } from '../decide.fake.js';

jest.setTimeout(60_000);

const browser: BrowserSettings = {
  signIn: 'https://login.example/?rd={url}',
  origins: ['https://app.example'],
};
const page = { accept: 'text/html,*/*;q=0.8' };
const nginx = (uri: string) => ({
  'x-original-method': 'GET',
  'x-original-uri': uri,
  'x-original-host': 'app.example',
  'x-original-proto': 'https',
});
const caddy = (uri: string) => ({
  'x-forwarded-method': 'GET',
  'x-forwarded-uri': uri,
  'x-forwarded-host': 'app.example',
  'x-forwarded-proto': 'https',
});

/** A broker whose gateway's route has these options. */
async function brokerWith(options: Partial<PepRoute>, settings?: BrowserSettings) {
  const definition = acme();
  const peps = definition.peps.map((pep) => ({
    ...pep,
    routes: pep.routes.map((route) => ({ ...route, ...options })),
  }));
  const changed = settings ? { ...definition.settings, browser: settings } : definition.settings;
  const broker = await startBroker(acme({ peps, settings: changed }));
  const authorization = `Bearer ${await broker.subjectToken()}`;
  const ask = async (headers: Record<string, string>) => {
    const sent = { 'x-sallyport-key': KEY, authorization, ...headers };
    return broker.server.inject({ url: '/forward-auth', headers: sent });
  };
  const entry = () => broker.log.entries('acme').at(-1) as DecisionEntry;
  return { broker, ask, entry };
}

describe('what an application is told', () => {
  test('has no token and no groups unless the route asks for them, but names both', async () => {
    const { ask } = await brokerWith({});
    const { statusCode, headers } = await ask(nginx('/records/42'));
    expect(statusCode).toBe(200);
    expect(headers).toMatchObject({ 'x-sallyport-token': '', 'x-sallyport-groups': '' });
  });

  test('has a token for the audience of the route, and for nothing but the action', async () => {
    const { ask, entry } = await brokerWith({ token: { audience: 'prod-db' } });
    const { headers } = await ask(nginx('/records/42'));
    const claims = decodeJwt(String(headers['x-sallyport-token']));
    expect(claims).toMatchObject({
      iss: PUBLIC_URL,
      aud: 'prod-db',
      sub: DANA.id,
      scope: 'read',
      authorization_details: [{ resource: { type: 'record', id: '42' }, actions: ['read'] }],
    });
    const denied = await ask(nginx('/records/7'));
    expect(denied.statusCode).toBe(403);
    expect(denied.headers).not.toHaveProperty('x-sallyport-token');
    expect(entry().decision).toBe(false);
  });

  test('is nothing where the tenant issues no tokens for the audience', async () => {
    const { ask, entry } = await brokerWith({ token: { audience: 'elsewhere' } });
    const { statusCode, headers } = await ask(nginx('/records/42'));
    expect(statusCode).toBe(403);
    expect(headers['x-sallyport-problem']).toMatch(/audience/);
    expect(entry()).toMatchObject({ decision: false, reasons: ['request-invalid'] });
  });

  test('has the groups that the subject is in, where the route asks for them', async () => {
    const { ask } = await brokerWith({ groups: true });
    const { headers } = await ask(nginx('/records/42'));
    expect(headers['x-sallyport-groups']).toBe('engineering');
  });
});

test('the token counts only from where the route says', async () => {
  const statuses = async (options: Partial<PepRoute>) => {
    const { broker, ask } = await brokerWith(options);
    const token = await broker.subjectToken();
    const inCookie = { ...nginx('/records/42'), authorization: '', cookie: `session=${token}` };
    return [
      (await ask(nginx('/records/42'))).statusCode,
      (await ask(inCookie)).statusCode,
      (await ask({ ...inCookie, authorization: 'Bearer nonsense' })).statusCode,
    ];
  };
  expect(await statuses({})).toEqual([200, 401, 401]);
  expect(await statuses({ cookie: 'session' })).toEqual([200, 200, 401]);
  expect(await statuses({ cookie: 'session', subject: 'both' })).toEqual([200, 200, 401]);
  expect(await statuses({ cookie: 'session', subject: 'bearer' })).toEqual([200, 401, 401]);
  expect(await statuses({ cookie: 'session', subject: 'cookie' })).toEqual([401, 200, 200]);
});

test('a route for a host covers that host alone', async () => {
  const { ask, entry } = await brokerWith({ host: 'app.example' });
  expect((await ask(nginx('/records/42'))).statusCode).toBe(200);
  expect((await ask({ ...nginx('/records/42'), 'x-original-host': 'other' })).statusCode).toBe(403);
  expect(entry().reasons).toEqual(['route-unknown']);
});

describe('a browser', () => {
  const back = encodeURIComponent('https://app.example/records/42?page=2');

  test('without identity is sent to sign in and back, where the gateway relays it', async () => {
    const { ask } = await brokerWith({ unauthenticated: 'redirect' }, browser);
    const { statusCode, headers } = await ask({
      ...caddy('/records/42?page=2'),
      ...page,
      authorization: '',
    });
    expect(statusCode).toBe(302);
    expect(headers.location).toBe(`https://login.example/?rd=${back}`);
    expect(headers['x-sallyport-reason']).toBe('subject-token-missing');
  });

  test('keeps its 401 behind nginx, whose configuration reads the address beside it', async () => {
    const { ask } = await brokerWith({ unauthenticated: 'redirect' }, browser);
    const { statusCode, headers } = await ask({
      ...nginx('/records/42?page=2'),
      ...page,
      authorization: '',
    });
    expect(statusCode).toBe(401);
    expect(headers.location).toBe(`https://login.example/?rd=${back}`);
    expect(headers['www-authenticate']).toBe('Bearer realm="sallyport"');
  });

  test.each<[string, Record<string, string>]>([
    ['another origin', { 'x-forwarded-host': 'evil.example' }],
    ['another scheme', { 'x-forwarded-proto': 'http' }],
    ['a script', { accept: 'application/json' }],
    ['a form', { 'x-forwarded-method': 'POST' }],
  ])('is sent nowhere for %s', async (_, headers) => {
    const { ask } = await brokerWith({ method: '*', unauthenticated: 'redirect' }, browser);
    const answer = await ask({ ...caddy('/records/42'), ...page, authorization: '', ...headers });
    expect(answer.statusCode).toBe(401);
    expect(answer.headers).not.toHaveProperty('location');
  });

  test('is sent nowhere unless route and tenant say so', async () => {
    for (const [options, settings] of [
      [{}, browser],
      [{ unauthenticated: 401 }, browser],
      [{ unauthenticated: 'redirect' }, undefined],
    ] as const) {
      const { ask } = await brokerWith(options, settings);
      const answer = await ask({ ...caddy('/records/42'), ...page, authorization: '' });
      expect(answer.statusCode).toBe(401);
      expect(answer.headers).not.toHaveProperty('location');
    }
  });

  test('that policy denies may ask for access, with what was denied filled in', async () => {
    const { ask, entry } = await brokerWith({ denied: 'ask' });
    const { statusCode, headers } = await ask({ ...caddy('/records/7'), ...page });
    expect(statusCode).toBe(302);
    const id = entry().id;
    expect(headers.location).toBe(
      `${PUBLIC_URL}/requests/new?action=read&type=record&id=7&decision=${id}`,
    );
    expect((await ask(caddy('/records/7'))).statusCode).toBe(403);
    const unknown = await ask({ ...caddy('/other'), ...page });
    expect(unknown.statusCode).toBe(403);
    expect(unknown.headers).not.toHaveProperty('location');
  });
});

test('a denial is JSON for whoever asks for it', async () => {
  const { ask, entry } = await brokerWith({});
  const answer = await ask({ ...nginx('/records/7'), accept: 'application/json' });
  expect(answer.headers['content-type']).toMatch(/^application\/json/);
  expect(answer.json()).toEqual({
    status: 403,
    reason: 'device-unknown',
    message: 'No posture is known for the device.',
    decisionId: entry().id,
  });
});
