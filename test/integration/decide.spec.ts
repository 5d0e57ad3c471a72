import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import fastify, { type FastifyInstance } from 'fastify';
import { exportJWK, generateKeyPair, importJWK, SignJWT, type CryptoKey } from 'jose';
import { MmdbGeoLocator } from '../../apps/api/src/adapters/geo/mmdb-geo-locator.js';
import { PostgresKeyRing } from '../../apps/api/src/adapters/keys/postgres-key-ring.js';
import { PostgresAuditLog } from '../../apps/api/src/adapters/postgres/log/postgres-audit-log.js';
import { PostgresTokenStore } from '../../apps/api/src/adapters/postgres/tokens/postgres-token-store.js';
import { FakeDecisionSampler } from '../../apps/api/src/policies/cross-check/decision-sampler.fake.js';
import { createDecide, type DecideParts } from '../../apps/api/src/decide/create-decide.js';
import { Authenticator } from '../../apps/api/src/platform/http/authenticator.js';
import { prepareServer, serverOptions } from '../../apps/api/src/platform/http/server.js';
import { openRegisters, type Registers } from '../contract/registers-open.js';
import { consentResource } from '../contract/registers-samples.js';

jest.setTimeout(60_000);

const ISSUER = 'https://idp.acme.example';
const PUBLIC_URL = 'https://broker.example';
const KEY = 'acme-gateway-key';

const files = new Map([
  [
    'tenant.yaml',
    `name: acme
issuers: [{ issuer: "${ISSUER}", audiences: [acme-apps] }]
posture: { maxAgeSeconds: 3600, requirements: { diskEncrypted: true } }
tokens: { maxTtlSeconds: 900, audiences: [prod-db] }
`,
  ],
  [
    'policies/main.cedar',
    `@id("prod-read")
permit (principal in role::"reader", action == Action::"read", resource == database::"prod")
when { context has device && context.device.compliant && context.network.country == "DE" };
@id("records")
permit (principal, action == Action::"read", resource is record)
when { context has consent && context.consent.status == "permit" };
`,
  ],
  [
    'entities/all.json',
    JSON.stringify([
      { uid: { type: 'user', id: 'dana' }, attrs: {}, parents: [] },
      { uid: { type: 'record', id: '42' }, attrs: { patient: 'Patient/42' }, parents: [] },
    ]),
  ],
  [
    'devices/laptop.json',
    '{ "id": "laptop", "owner": "user::dana", "diskEncrypted": true, "checkedAt": { "ago": "10m" } }',
  ],
  ['consents/c1.json', JSON.stringify(consentResource('c1', 'active'))],
  ['peps.yaml', `- { name: gateway, kind: gateway, key: ${KEY} }\n`],
]);

/** The decision door on real Postgres: registers, log, keys and tokens. */
describe('the decision door', () => {
  let registers: Registers;
  let log: PostgresAuditLog;
  let server: FastifyInstance;
  let parts: DecideParts;
  let idpKey: CryptoKey;

  beforeAll(async () => {
    registers = await openRegisters();
    const { database, facts } = registers;
    log = new PostgresAuditLog(database);
    const idp = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
    idpKey = idp.privateKey;
    const idpPublic = await importJWK(await exportJWK(idp.publicKey), 'EdDSA');
    const clock = { nowMs: () => Date.now() };
    parts = createDecide({
      facts,
      auditLog: log,
      keys: new PostgresKeyRing({ database, masterKey: new Uint8Array(32), clock }),
      tokens: new PostgresTokenStore(database, log),
      geo: await MmdbGeoLocator.open({}),
      issuerKeys: { keysOf: () => () => Promise.resolve(idpPublic as CryptoKey) },
      clock,
      settings: {
        publicUrl: PUBLIC_URL,
        deadlineMs: 2_000,
        maxFeedAgeMs: 5_000,
        cursorKey: new Uint8Array(32),
      },
      faults: { report: (event, error) => process.stderr.write(`${event} ${String(error)}\n`) },
      sampler: new FakeDecisionSampler(),
    });
    server = fastify(serverOptions(1_048_576));
    const sessions = { find: () => Promise.resolve(undefined) };
    const doors = { facts, sessions, adminToken: undefined, origin: PUBLIC_URL };
    prepareServer(server, new Authenticator(doors));
    for (const routes of [parts.decideRoutes, parts.oauthRoutes]) routes.register(server);
    const applied = await registers.applier.apply('acme', files, 'admin:instance');
    if (!applied.ok) throw new Error(JSON.stringify(applied.problems));
    await facts.catchUp('acme');
    parts.watch.start(parts.revoker);
  });
  afterAll(async () => {
    await parts.watch.stop();
    await log.close();
    await registers.close();
  });

  const subjectToken = () => {
    const iat = Math.floor(Date.now() / 1000);
    return new SignJWT({ iss: ISSUER, aud: 'acme-apps', sub: 'dana', iat, exp: iat + 3_600 })
      .setProtectedHeader({ alg: 'EdDSA' })
      .sign(idpKey);
  };
  const post = async (url: string, body: object) => {
    const isForm = body instanceof URLSearchParams;
    const answer = await server.inject({
      method: 'POST',
      url,
      headers: {
        authorization: `Bearer ${KEY}`,
        'content-type': isForm ? 'application/x-www-form-urlencoded' : 'application/json',
      },
      payload: isForm ? body.toString() : JSON.stringify(body),
    });
    return { status: answer.statusCode, headers: answer.headers, body: answer.json() as Json };
  };
  const ask = async (context: object = {}) =>
    post('/access/v1/evaluation', {
      action: { name: 'read' },
      resource: { type: 'database', id: 'prod' },
      context: {
        subject_token: await subjectToken(),
        ip: '193.99.144.80',
        device_id: 'laptop',
        ...context,
      },
    });
  const exchange = async (fields: object = {}) =>
    post(
      '/oauth2/token',
      new URLSearchParams({
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        subject_token: await subjectToken(),
        subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
        audience: 'prod-db',
        scope: 'read',
        resource: 'urn:sallyport:database:prod',
        ip: '193.99.144.80',
        device_id: 'laptop',
        ...fields,
      }),
    );
  const introspect = (token: unknown) =>
    post('/oauth2/introspect', new URLSearchParams({ token: String(token) }));
  const grantFor = async (ms: number, id: string) => {
    await registers.database.rawTx('acme', (tx) =>
      tx.query(
        `INSERT INTO grants (tenant_id, id, request_id, subject_type, subject_id, role_type, role_id, starts_at, ends_at, state)
         VALUES ('acme', $1, 'r1', 'user', 'dana', 'role', 'reader', $2, $3, 'active')`,
        [id, new Date(Date.now() - 1_000), new Date(Date.now() + ms)],
      ),
    );
    await registers.facts.catchUp('acme');
  };
  const tokenRow = async (jti: string) => {
    const [row] = await registers.rows<{ revoke_reason: string | null }>(
      'SELECT revoke_reason FROM tokens WHERE jti = $1',
      [jti],
    );
    return row;
  };

  test('denies without a grant, permits with one, and denies the moment it ends by itself', async () => {
    expect((await ask()).body).toEqual({ decision: false });
    await grantFor(2_500, 'short');
    expect((await ask()).body).toEqual({ decision: true });
    const { body } = await exchange();
    expect(body['expires_in']).toBeLessThanOrEqual(2);
    expect((await introspect(body['access_token'])).body).toMatchObject({ active: true });
    await new Promise((resolve) => setTimeout(resolve, 2_600));
    expect((await ask()).body).toEqual({ decision: false });
    expect((await introspect(body['access_token'])).body).toEqual({ active: false });
    expect(await parts.revoker.revokeForGrant('acme', 'short', 'grant-ended')).toBe(1);
    expect(await parts.revoker.revokeForGrant('acme', 'short', 'grant-ended')).toBe(0);
  });

  test('ends a token by itself when the device that it rests on turns bad', async () => {
    await grantFor(600_000, 'long');
    const { body } = await exchange();
    const { jti } = (await introspect(body['access_token'])).body as { jti: string };
    await registers.database.rawTx('acme', (tx) =>
      tx.query(`UPDATE devices SET record = jsonb_set(record, '{diskEncrypted}', 'false')`),
    );
    await registers.facts.catchUp('acme');
    await parts.watch.settled();
    expect(await tokenRow(jti)).toEqual({ revoke_reason: 'device-not-compliant' });
    expect((await introspect(body['access_token'])).body).toEqual({ active: false });
    await registers.database.rawTx('acme', (tx) =>
      tx.query(`UPDATE devices SET record = jsonb_set(record, '{diskEncrypted}', 'true')`),
    );
    await registers.facts.catchUp('acme');
  });

  test('ends a token when the consent that it rests on is withdrawn', async () => {
    const fields = { resource: 'urn:sallyport:record:42', purpose: 'TREAT' };
    const { body } = await exchange(fields);
    const { jti } = (await introspect(body['access_token'])).body as { jti: string };
    await registers.database.rawTx('acme', (tx) =>
      tx.query(`UPDATE consents SET resource = jsonb_set(resource, '{status}', '"inactive"')`),
    );
    await registers.facts.catchUp('acme');
    await parts.watch.settled();
    expect((await tokenRow(jti))?.revoke_reason).toBe('consent-withdrawn');
    expect((await exchange(fields)).body).toMatchObject({ error: 'invalid_target' });
  });

  test('writes every answered decision to the log before it answers', async () => {
    const sizeOf = async () => {
      const [head] = await registers.rows<{ size: string }>('SELECT size FROM log_heads');
      return Number(head?.size);
    };
    const before = await sizeOf();
    const answers = await Promise.all(Array.from({ length: 50 }, () => ask()));
    expect(await sizeOf()).toBe(before + 50);
    expect(new Set(answers.map(({ headers }) => headers['x-decision-id'])).size).toBe(50);
  });
});

type Json = Record<string, unknown>;
