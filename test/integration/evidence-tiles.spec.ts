import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { verifyCheckpoint } from '@sallyport/audit';
import type { FastifyInstance } from 'fastify';
import { ADMIN, AUDITOR, MEMBER, OTHER_PEP, PEP } from '../support/evidence-credentials.js';
import { type EvidenceHarness, openEvidence, serveEvidence } from '../support/evidence-harness.js';
import { decisionEntry } from '../support/log-entries.js';

let evidence: EvidenceHarness;
let server: FastifyInstance;

beforeAll(async () => {
  evidence = await openEvidence();
  server = await serveEvidence(evidence);
  const decisions = Array.from({ length: 300 }, (_, n) =>
    decisionEntry(n, {
      decision: n % 3 === 0,
      subject: { type: 'user', id: n % 2 ? 'dana' : 'omar' },
      ...(n === 42 ? { reasons: ['device-stale'], token: 'jti-42' } : {}),
    }),
  );
  await evidence.publish(decisions);
});
afterAll(async () => {
  await server.close();
  await evidence.close();
});

const get = (url: string, headers: Record<string, string> = ADMIN) =>
  server.inject({ url, headers });
describe('the log as tiles', () => {
  test('a reader with an enforcement point key gets a checkpoint that verifies with the key beside it', async () => {
    const checkpoint = await get('/log/acme/checkpoint', PEP);
    const vkey = await get('/log/acme/vkey', PEP);
    expect(checkpoint.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(checkpoint.headers['cache-control']).toBe('private, max-age=1');
    expect(verifyCheckpoint(checkpoint.body, vkey.body.trimEnd())).toMatchObject({
      origin: 'broker.example:8443/log/acme',
      size: 300,
    });
  });

  test.each([
    ['tile/0/000', 8_192, 'private, max-age=31536000, immutable'],
    ['tile/0/001.p/44', 44 * 32, 'private, max-age=3600'],
    ['tile/1/000.p/1', 32, 'private, max-age=3600'],
  ])('/%s has %i bytes and may be kept: %s', async (path, bytes, cacheControl) => {
    const answer = await get(`/log/acme/${path}`, PEP);
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toBe('application/octet-stream');
    expect(answer.headers['cache-control']).toBe(cacheControl);
    expect(answer.rawPayload).toHaveLength(bytes);
  });

  test.each([
    'tile/0/001',
    'tile/0/001.p/45',
    'tile/0/0',
    'tile/0/00',
    'tile/0/x000/000',
    'tile/0/000.p/256',
    'tile/0/000.p/0',
    'tile/0/000.p/01',
    'tile/00/000',
    'tile/64/000',
    'tile/-1/000',
    'tile/0/000/',
    'tile/0/%30%30%30',
    'tile/entries/000.p/',
    'tile/entry/000',
    'tile/',
    'tile/0/000%00',
    `tile/0/${'x999/'.repeat(40)}999`,
  ])('/%s is no tile of this log', async (path) => {
    const answer = await get(`/log/acme/${path}`, PEP);
    expect(answer.statusCode).toBe(404);
    expect(answer.json()).toMatchObject({ error: 'not-found', message: expect.any(String) });
  });

  test('a log without a checkpoint has none to give', async () => {
    expect((await get('/log/globex/checkpoint')).statusCode).toBe(404);
    expect((await get('/log/globex/tile/0/000.p/1')).statusCode).toBe(404);
    expect((await get('/log/globex/vkey')).statusCode).toBe(200);
  });
});

describe('who may read', () => {
  test.each([
    '/log/acme/checkpoint',
    '/log/acme/vkey',
    '/log/acme/tile/0/000',
    '/log/acme/tile/entries/000',
    '/v1/tenants/acme/entries',
    '/v1/tenants/acme/entries/decision-1',
    '/v1/tenants/acme/entries/decision-1/proof',
  ])('%s: own key, admin and auditor; nobody else learns that the tenant exists', async (url) => {
    for (const headers of [PEP, ADMIN, AUDITOR])
      expect((await get(url, headers)).statusCode).toBe(200);
    const unknown = url.replace('acme', 'nobody');
    const [foreign, absent] = [await get(url, OTHER_PEP), await get(unknown, OTHER_PEP)];
    expect(foreign.statusCode).toBe(404);
    const withoutId = (body: string) => body.replace(/"requestId":"[^"]*"/, '');
    expect(withoutId(foreign.body)).toBe(withoutId(absent.body));
    expect((await get(unknown, ADMIN)).statusCode).toBe(404);
    expect((await get(url, MEMBER)).statusCode).toBe(403);
    expect((await get(url, {})).statusCode).toBe(401);
  });

  test('an enforcement point reads the log but takes no export away', async () => {
    for (const [headers, status] of [
      [PEP, 403],
      [MEMBER, 403],
      [OTHER_PEP, 404],
      [{}, 401],
    ] as const) {
      const answer = await server.inject({
        method: 'POST',
        url: '/v1/tenants/acme/exports',
        headers,
        payload: {},
      });
      expect(answer.statusCode).toBe(status);
    }
  });
});
