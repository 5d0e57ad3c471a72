import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import fastify, { type FastifyInstance } from 'fastify';
import { Authenticator } from '../../apps/api/src/platform/http/authenticator.js';
import { prepareServer, serverOptions } from '../../apps/api/src/platform/http/server.js';
import { RegistersRoutes } from '../../apps/api/src/registers/registers.routes.js';
import { openRegisters, type Registers } from '../contract/registers-open.js';
import { consentResource } from '../contract/registers-samples.js';

const files = {
  'tenant.yaml': 'name: acme\n',
  'policies/main.cedar': 'permit (principal, action, resource);\n',
  'peps.yaml': '- { name: gateway, key: key-of-gateway }\n',
  'devices/laptop.json':
    '{ "id": "laptop", "owner": "dana", "diskEncrypted": true, "checkedAt": "2026-11-01T10:00:00Z" }',
};

describe('tenants and facts over HTTP', () => {
  let registers: Registers;
  let server: FastifyInstance;
  beforeAll(async () => {
    registers = await openRegisters();
    server = fastify(serverOptions(1_048_576));
    const sessions = { find: () => Promise.resolve(undefined) };
    const { facts, applier, editor, store, policies } = registers;
    prepareServer(
      server,
      new Authenticator({
        facts,
        sessions,
        adminToken: 'admin-secret',
        origin: 'http://localhost',
      }),
    );
    new RegistersRoutes(applier, editor, store, policies.store).register(server);
    await server.ready();
  });
  afterAll(async () => {
    await server.close();
    await registers.close();
  });

  const call = async (
    method: 'GET' | 'PUT' | 'DELETE',
    url: string,
    payload?: unknown,
    secret = 'admin-secret',
  ) => {
    const answer = await server.inject({
      method,
      url,
      headers: {
        authorization: `Bearer ${secret}`,
        ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(payload === undefined ? {} : { payload: payload as object }),
    });
    return { status: answer.statusCode, body: answer.body === '' ? undefined : answer.json() };
  };
  const acme = () => registers.facts.tenant('acme');

  it('plans on dryRun and applies without', async () => {
    const planned = await call('PUT', '/v1/tenants/acme', { files, dryRun: true });
    expect(planned).toMatchObject({
      status: 200,
      body: { applied: false, isNew: true, tenant: 'acme' },
    });
    expect(acme()).toBeUndefined();
    const applied = await call('PUT', '/v1/tenants/acme', { files });
    expect(applied).toMatchObject({ status: 200, body: { applied: true, changed: true } });
    expect(acme()?.policy).toBeDefined();
    expect(await call('PUT', '/v1/tenants/acme', { files })).toMatchObject({
      status: 200,
      body: { applied: true, changed: false, items: [] },
    });
  });

  it('answers every problem of a directory with file, line and message', async () => {
    const broken = { ...files, 'policies/main.cedar': 'permit (principal,\n  action' };
    const { status, body } = await call('PUT', '/v1/tenants/acme', { files: broken });
    expect(status).toBe(422);
    expect(body).toMatchObject({
      error: 'unprocessable',
      problems: [
        { file: 'policies/main.cedar', line: expect.any(Number), message: expect.any(String) },
      ],
    });
  });

  it('gives the directory back without secrets', async () => {
    const { status, body } = await call('GET', '/v1/tenants/acme');
    expect(status).toBe(200);
    expect(Object.keys(body.files)).toEqual(expect.arrayContaining(['tenant.yaml', 'peps.yaml']));
    expect(JSON.stringify(body)).not.toContain('key-of-gateway');
    expect(body.files['peps.yaml']).toContain(
      createHash('sha256').update('key-of-gateway').digest('hex'),
    );
    expect((await call('PUT', '/v1/tenants/acme', { files: body.files })).body.changed).toBe(false);
  });

  it('takes a larger directory than other bodies may be', async () => {
    const padding = `# ${'x'.repeat(2_000_000)}`;
    const { status } = await call('PUT', '/v1/tenants/acme', {
      files: { ...files, 'README.md': padding },
      dryRun: true,
    });
    expect(status).toBe(200);
  });

  it('takes a single device report, decides by it at once, logs it, and writes nothing twice', async () => {
    const report = { owner: 'dana', diskEncrypted: false, checkedAt: '2026-11-01T11:00:00Z' };
    expect(await call('PUT', '/v1/tenants/acme/devices/laptop', report)).toEqual({
      status: 200,
      body: { outcome: 'updated' },
    });
    expect(acme()?.device('laptop')).toMatchObject({
      diskEncrypted: false,
      ownerId: 'dana',
      source: 'admin:instance',
    });
    expect(registers.entries().at(-1)).toMatchObject({
      type: 'register.changed',
      actor: 'admin:instance',
      detail: {
        register: 'device',
        by: 'edit',
        updated: ['laptop'],
        changes: ['diskEncrypted: true → false', expect.stringContaining('checkedAt')],
      },
    });
    const logged = registers.entries().length;
    expect((await call('PUT', '/v1/tenants/acme/devices/laptop', report)).body).toEqual({
      outcome: 'unchanged',
    });
    expect(registers.entries()).toHaveLength(logged);
    expect(await call('PUT', '/v1/tenants/acme/devices/phone', report)).toMatchObject({
      status: 201,
    });
    expect(await call('DELETE', '/v1/tenants/acme/devices/phone')).toEqual({
      status: 204,
      body: undefined,
    });
    expect(acme()?.device('phone')).toBeUndefined();
    expect(await call('DELETE', '/v1/tenants/acme/devices/phone')).toMatchObject({ status: 404 });
  });

  it('takes the withdrawal of a consent', async () => {
    await call('PUT', '/v1/tenants/acme/consents/c1', consentResource('c1', 'active'));
    expect(acme()?.consentsOf('Patient/42')[0]?.status).toBe('active');
    await call('PUT', '/v1/tenants/acme/consents/c1', consentResource('c1', 'inactive'));
    expect(acme()?.consentsOf('Patient/42')[0]?.status).toBe('inactive');
  });

  it('takes single entities, whatever their names hold', async () => {
    const path = `/v1/tenants/acme/entities/${encodeURIComponent('clinic::user')}/${encodeURIComponent('a/b ü@x')}`;
    const body = { attrs: { level: 3 }, parents: [{ type: 'group', id: 'staff' }] };
    expect(await call('PUT', path, body)).toEqual({ status: 201, body: { outcome: 'created' } });
    expect(acme()?.entity({ type: 'clinic::user', id: 'a/b ü@x' })?.attrs).toEqual({ level: 3 });
    expect(await call('DELETE', path)).toMatchObject({ status: 204 });
    expect(acme()?.entity({ type: 'clinic::user', id: 'a/b ü@x' })).toBeUndefined();
  });

  it.each([
    ['a body without files', 'PUT', '/v1/tenants/acme', {}, 400, 'files'],
    [
      'files that are no texts',
      'PUT',
      '/v1/tenants/acme',
      { files: { 'tenant.yaml': 1 } },
      400,
      'files.tenant.yaml',
    ],
    ['an unknown member', 'PUT', '/v1/tenants/acme', { files, force: true }, 400, undefined],
    ['the directory of another tenant', 'PUT', '/v1/tenants/other', { files }, 422, undefined],
    ['a device without a check', 'PUT', '/v1/tenants/acme/devices/d', {}, 400, undefined],
    [
      'a device of another id',
      'PUT',
      '/v1/tenants/acme/devices/d',
      { id: 'e', checkedAt: '2026-11-01T11:00:00Z' },
      400,
      'id',
    ],
    [
      'an unknown posture',
      'PUT',
      '/v1/tenants/acme/devices/d',
      { checkedAt: '2026-11-01T11:00:00Z', diskEncypted: true },
      400,
      undefined,
    ],
    [
      'a consent that cannot be relied on',
      'PUT',
      '/v1/tenants/acme/consents/c',
      { resourceType: 'Consent' },
      400,
      undefined,
    ],
    [
      'an entity below itself',
      'PUT',
      '/v1/tenants/acme/entities/group/g',
      { parents: [{ type: 'group', id: 'g' }] },
      400,
      'parents',
    ],
    [
      'a name that cannot be stored',
      'PUT',
      '/v1/tenants/acme/entities/group/a%00b',
      {},
      400,
      undefined,
    ],
    [
      'a fact of no tenant',
      'PUT',
      '/v1/tenants/nobody/devices/d',
      { checkedAt: '2026-11-01T11:00:00Z' },
      404,
      undefined,
    ],
    ['no tenant', 'GET', '/v1/tenants/nobody', undefined, 404, undefined],
    ['the instance itself', 'GET', '/v1/tenants/_instance', undefined, 404, undefined],
  ] as const)('refuses %s', async (_what, method, url, payload, status, field) => {
    const answer = await call(method, url, payload);
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({
      error: expect.any(String),
      message: expect.any(String),
      requestId: expect.any(String),
    });
    if (field !== undefined) expect(answer.body.field).toBe(field);
  });

  it('closes every one of these routes to enforcement points and strangers', async () => {
    const device = { checkedAt: '2026-11-01T11:00:00Z' };
    for (const [method, path, payload] of [
      ['PUT', '', { files }],
      ['GET', '', undefined],
      ['PUT', '/devices/d', device],
      ['DELETE', '/devices/laptop', undefined],
      ['PUT', '/consents/c1', consentResource('c1', 'active')],
      ['PUT', '/entities/group/g', {}],
    ] as const) {
      expect(
        (await call(method, `/v1/tenants/acme${path}`, payload, 'key-of-gateway')).status,
      ).toBe(403);
      expect(
        (await call(method, `/v1/tenants/rival${path}`, payload, 'key-of-gateway')).status,
      ).toBe(404);
      expect((await call(method, `/v1/tenants/acme${path}`, payload, 'stranger')).status).toBe(401);
    }
    expect(acme()?.device('laptop')).toBeDefined();
  });
});
