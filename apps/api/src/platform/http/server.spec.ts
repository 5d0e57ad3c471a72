import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fastify, { type FastifyInstance } from 'fastify';
import type { FactsRegister, Pep } from '../../registers/facts.ports.js';
import { Authenticator } from './authenticator.js';
import { parseStrictJson } from './strict-json.js';
import { prepareServer, serverOptions } from './server.js';

const pep: Pep = {
  tenantId: 'acme',
  name: 'gateway',
  kind: 'gateway',
  mode: 'enforce',
  trustedProperties: undefined,
  explain: false,
  strict: false,
  routes: [],
};
const facts = {
  pepByKey: (key: string) => (key === 'pep-secret' ? pep : undefined),
  apiToken: (secret: string) =>
    secret === 'spt_other_x' ? { tenantId: 'other', tokenId: 't1', roles: ['admin'] } : undefined,
} as unknown as FactsRegister;

describe('what every route shares', () => {
  let server: FastifyInstance;

  beforeAll(async () => {
    server = fastify(serverOptions(1_000));
    const sessions = {
      find: (cookie: string) =>
        Promise.resolve(
          cookie === 'acme.s'
            ? {
                kind: 'session' as const,
                tenantId: 'acme',
                subject: { type: 'user', id: 'aude' },
                name: 'Aude',
                roles: ['auditor'],
                sessionHash: new Uint8Array(),
                expiresAtMs: 0,
              }
            : undefined,
        ),
    };
    prepareServer(
      server,
      new Authenticator({
        facts,
        sessions,
        adminToken: 'admin-secret',
        origin: 'http://localhost',
      }),
    );
    const echo = (request: { body: unknown }) => ({
      body: request.body instanceof URLSearchParams ? [...request.body] : request.body,
    });
    server.post('/pep', { config: { access: 'pep' } }, echo);
    server.post('/form', { config: { access: 'oauth-client', body: 'form' } }, echo);
    server.all('/none', { config: { access: 'pep', body: 'none' } }, () => ({}));
    server.get('/log/:tenant/x', { config: { access: 'log-reader' } }, () => ({}));
    server.put('/t/:tenant', { config: { access: 'tenant-admin' } }, echo);
    server.post('/export/:tenant', { config: { access: 'evidence-exporter' } }, () => ({}));
    server.get('/undeclared', () => ({}));
    await server.ready();
  });
  afterAll(() => server.close());

  const asPep = { authorization: 'Bearer pep-secret', 'content-type': 'application/json' };

  test.each([
    ['no credential', 'POST', '/pep', {}, '{}', 401],
    ['an unknown key', 'POST', '/pep', { authorization: 'Bearer nope' }, '{}', 401],
    [
      'an admin token at the decision door',
      'POST',
      '/pep',
      { authorization: 'Bearer admin-secret' },
      '{}',
      403,
    ],
    [
      'bad credentials before a bad body',
      'POST',
      '/pep',
      { 'content-type': 'text/plain' },
      'x',
      401,
    ],
    ['another content type', 'POST', '/pep', { ...asPep, 'content-type': 'text/plain' }, '{}', 400],
    ['no content type', 'POST', '/pep', { authorization: asPep.authorization }, '{}', 400],
    ['an empty body', 'POST', '/pep', asPep, ' ', 400],
    ['a top-level array', 'POST', '/pep', asPep, '[]', 400],
    ['broken JSON', 'POST', '/pep', asPep, '{"a":', 400],
    ['duplicate names', 'POST', '/pep', asPep, '{"a":1,"a":2}', 400],
    ['__proto__', 'POST', '/pep', asPep, '{"x":{"__proto__":1}}', 400],
    ['too deep', 'POST', '/pep', asPep, `{"a":${'['.repeat(40)}${']'.repeat(40)}}`, 400],
    ['too large', 'POST', '/pep', asPep, `{"a":"${'x'.repeat(2_000)}"}`, 413],
    ['JSON where a form is wanted', 'POST', '/form', asPep, '{}', 400],
    ['a wrong method', 'GET', '/pep', asPep, undefined, 405],
    ['an unknown path', 'GET', '/nowhere', asPep, undefined, 404],
    ['a broken percent-encoding', 'GET', '/%zz', asPep, undefined, 400],
    [
      'a log of another tenant',
      'GET',
      '/log/other/x',
      { authorization: 'Bearer pep-secret' },
      undefined,
      404,
    ],
    [
      'a log of no tenant',
      'GET',
      '/log/none/x',
      { authorization: 'Bearer pep-secret' },
      undefined,
      404,
    ],
    [
      'an admin of another tenant',
      'PUT',
      '/t/acme',
      { authorization: 'Bearer spt_other_x' },
      '{}',
      404,
    ],
    ['an enforcement point that administers', 'PUT', '/t/acme', asPep, '{}', 403],
    [
      'a session without the header that a form cannot send',
      'POST',
      '/export/acme',
      { cookie: 'sallyport_session=acme.s' },
      undefined,
      403,
    ],
    ['a route that declares no access', 'GET', '/undeclared', asPep, undefined, 403],
  ] as const)('%s is refused', async (_name, method, url, headers, payload, status) => {
    const answer = await server.inject({
      method,
      url,
      headers: { 'x-request-id': 'abc', ...headers },
      ...(payload === undefined ? {} : { payload }),
    });
    expect(answer.statusCode).toBe(status);
    expect(answer.headers['x-request-id']).toBe('abc');
    expect(answer.json()).toMatchObject({
      error: expect.any(String),
      message: expect.any(String),
      requestId: 'abc',
    });
    expect('www-authenticate' in answer.headers).toBe(status === 401);
    expect('allow' in answer.headers).toBe(status === 405);
  });

  test.each([
    [
      'a key in Authorization',
      'POST',
      '/pep',
      { ...asPep, 'content-type': 'application/json; charset=utf-8' },
      '{"a":[{"b":":\\""}]}',
    ],
    [
      "a key beside the end user's token",
      'GET',
      '/none',
      {
        'x-sallyport-key': 'pep-secret',
        authorization: 'Bearer other',
        'content-type': 'application/json',
      },
      undefined,
    ],
    [
      'a body that is ignored',
      'POST',
      '/none',
      { 'x-sallyport-key': 'pep-secret', 'content-type': 'application/json' },
      '{broken',
    ],
    [
      'HTTP Basic',
      'POST',
      '/form',
      {
        authorization: `Basic ${Buffer.from('gateway:pep-secret').toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      'a=1',
    ],
    [
      "the own tenant's log",
      'GET',
      '/log/acme/x',
      { authorization: 'Bearer pep-secret' },
      undefined,
    ],
    [
      'any log for the admin',
      'GET',
      '/log/none/x',
      { authorization: 'Bearer admin-secret' },
      undefined,
    ],
    [
      "an auditor's session",
      'POST',
      '/export/acme',
      { cookie: 'sallyport_session=acme.s', 'x-sallyport-csrf': '1' },
      undefined,
    ],
  ] as const)('%s is let in', async (_name, method, url, headers, payload) => {
    const answer = await server.inject({
      method,
      url,
      headers,
      ...(payload === undefined ? {} : { payload }),
    });
    expect(answer.statusCode).toBe(200);
  });

  test('an unprintable request id is replaced, not echoed', async () => {
    const answer = await server.inject({ url: '/nowhere', headers: { 'x-request-id': 'a b' } });
    expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });
});

test('names that hide in escapes still count as duplicates', () => {
  const parse = (text: string) => parseStrictJson(Buffer.from(text)).value;
  expect(() => parse('{"a":1,"\\u0061":2}')).toThrow(/duplicate/);
  expect(parse('{"a:":"\\":","b":{"a:":[]}}')).toEqual({ 'a:': '":', b: { 'a:': [] } });
});
