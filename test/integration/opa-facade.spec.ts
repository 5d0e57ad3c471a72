import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { OPAClient } from '@open-policy-agent/opa';
import { ClientError } from '@open-policy-agent/opa/sdk/models/errors';
import fc from 'fast-check';
import { apisix, envoy, kong } from '../../apps/api/src/decide/opa/opa.fake.js';
import { startInProcess, type TestBroker } from '../support/broker-in-process.js';
import { apisixVerdict, envoyVerdict, kongVerdict } from '../support/opa-plugins.js';
import { SHOP, SHOP_KEYS, shopDirectory } from '../support/opa-tenant.js';

jest.setTimeout(60_000);

const DANA = { type: 'user', id: 'dana@acme.example' };
const document = (id: string) => ({ type: 'document', id });
const question = (name: string, id = 'pricelist', subject = DANA) => ({
  subject,
  action: { name },
  resource: document(id),
});

describe('the OPA facade', () => {
  let broker: TestBroker;
  let token: string;
  beforeAll(async () => {
    broker = await startInProcess();
    await broker.client.ok('PUT', `/v1/tenants/${SHOP}`, {
      key: broker.adminToken,
      json: { files: shopDirectory() },
    });
    const { email, password } = broker.person(DANA.id);
    token = await broker.client.idToken(email, password);
  });
  afterAll(() => broker.close());

  const clientWith = (key: string) =>
    new OPAClient(broker.url, { headers: { authorization: `Bearer ${key}` } });

  describe('asked by OPA’s own client', () => {
    let opa: OPAClient;
    beforeAll(() => {
      opa = clientWith(SHOP_KEYS.service);
    });

    test('evaluates', async () => {
      expect(await opa.evaluate('shop/allow', question('read'))).toBe(true);
      expect(await opa.evaluate('shop/allow', question('delete', 'x'))).toBe(true);
      expect(await opa.evaluate('shop/allow', question('write'))).toBe(false);
      const stranger = { type: 'user', id: 'mallory' };
      expect(await opa.evaluate('shop/allow', question('delete', 'x', stranger))).toBe(false);
      const input = { user: 'ann', document: { name: 'pricelist' } };
      expect(await opa.evaluate('shop/documents/readable', input)).toBe(true);
    });

    test('gets objects, with obligations', async () => {
      expect(await opa.evaluate('shop/result', question('delete', 'x'))).toMatchObject({
        allow: true,
        obligations: [{ type: 'log-access' }],
      });
      expect(await opa.evaluate('shop/result', question('write'))).toMatchObject({
        allow: false,
        message: expect.stringContaining('decision'),
      });
    });

    test('gets no result from a path that is not there, and an error for what is no question', async () => {
      expect(await opa.evaluate('shop', question('read'))).toBeUndefined();
      expect(await opa.evaluate('shop/allow/it', question('read'))).toBeUndefined();
      await expect(opa.evaluate('shop/allow')).rejects.toBeInstanceOf(ClientError);
      await expect(opa.evaluate('shop/allow', { a: 1 })).rejects.toMatchObject({
        code: 'invalid_parameter',
      });
      const stranger = clientWith('nobody-has-this-key');
      await expect(stranger.evaluate('shop/allow', question('read'))).rejects.toThrow();
      await expect(opa.evaluateDefault(question('read'))).rejects.toThrow();
    });

    test('batches', async () => {
      const answers = await opa.evaluateBatch('shop/allow', {
        a: question('read'),
        b: question('write'),
      });
      expect(answers).toEqual({ a: true, b: false });
      const mixed = await opa.evaluateBatch('shop/allow', { a: question('read'), b: { no: 1 } });
      expect(mixed).toMatchObject({ a: true, b: { code: 'invalid_parameter' } });
      const unknown = await opa.evaluateBatch('nowhere', { a: question('read') });
      expect(unknown).toEqual({ a: undefined });
      const strict = opa.evaluateBatch('shop/allow', { b: {} }, { rejectMixed: true });
      await expect(strict).rejects.toMatchObject({ code: 'invalid_parameter' });
    });

    test('is told the truth about a would-be denial in warn mode, and permitted in both others', async () => {
      for (const key of [SHOP_KEYS.observer, SHOP_KEYS.warner]) {
        expect(await clientWith(key).evaluate('shop/allow', question('write'))).toBe(true);
      }
    });
  });

  test('is healthy in OPA’s words', async () => {
    expect(await broker.client.ok('GET', '/health')).toEqual({});
  });

  describe('asked by a gateway', () => {
    const post = (path: string, body: object, key: string = SHOP_KEYS.gateway) =>
      broker.client.call('POST', `/v1/data/${path}`, { key, json: body });
    const upstream = ['x-sallyport-subject', 'x-decision-id'];
    const gateways = [
      ['Kong', kong, ['kong/authz', 'kong/authz/allow'], kongVerdict],
      ['APISIX', apisix, ['apisix/authz'], (answer: never) => apisixVerdict(answer, upstream)],
      ['opa-envoy-plugin', envoy, ['envoy/authz/allow'], envoyVerdict],
    ] as const;

    test.each(gateways)(
      '%s lets through what policy permits, and nothing else',
      async (_name, shape, paths, verdictOf) => {
        const authorization = `Bearer ${token}`;
        const ask = async (path: string, method: string, url: string, headers: object) =>
          verdictOf((await post(path, shape(method, url, headers))) as never);
        for (const path of paths) {
          const permit = await ask(path, 'GET', '/documents/pricelist', { authorization });
          expect([path, permit.status]).toEqual([path, 200]);
          expect((await ask(path, 'DELETE', '/documents/x', { authorization })).status).toBe(200);
          expect((await ask(path, 'GET', '/documents/x', { authorization })).status).toBe(403);
          expect((await ask(path, 'GET', '/elsewhere', { authorization })).status).toBe(403);
          expect([401, 403]).toContain((await ask(path, 'GET', '/documents/x', {})).status);
        }
      },
    );

    test.each(gateways)(
      '%s is not opened by a path that is not there, a key that is not known, or another’s key',
      async (_name, shape, [path], verdictOf) => {
        const body = shape('DELETE', '/documents/x', { authorization: `Bearer ${token}` });
        const passes = async (at: string, key?: string) =>
          verdictOf((await post(at, body, key)) as never).status < 400;
        expect(await passes(path)).toBe(true);
        expect(await passes(`${path}/more`)).toBe(false);
        expect(await passes(path, 'nobody-has-this-key')).toBe(false);
        expect(await passes(path, SHOP_KEYS.service)).toBe(false);
        expect(await passes(path, broker.pepKeys.acme)).toBe(false);
      },
    );

    test('hands the proven subject to the upstream', async () => {
      const body = apisix('DELETE', '/documents/x', { authorization: `Bearer ${token}` });
      const answer = await post('apisix/authz', body);
      expect(apisixVerdict(answer, upstream).upstreamHeaders).toEqual({
        'x-sallyport-subject': 'user:dana@acme.example',
        'x-decision-id': answer.headers.get('x-decision-id'),
      });
    });
  });

  test('says true of no input that policy does not permit', async () => {
    const word = fc.constantFrom('read', 'delete', 'document', 'pricelist', 'user', 'mallory', '');
    const json = fc.oneof(word, fc.jsonValue({ maxDepth: 3 }));
    const entity = fc.oneof(json, fc.record({ type: word, id: word, properties: json }));
    const input = fc.oneof(
      json,
      fc.record({
        subject: entity,
        action: fc.record({ name: word }),
        resource: entity,
        context: json,
      }),
    );
    let truths = 0;
    await fc.assert(
      fc.asyncProperty(input, async (value) => {
        const { status, text } = await broker.client.call('POST', '/v1/data/shop/allow', {
          key: SHOP_KEYS.service,
          json: { input: value },
        });
        const result =
          status === 200 ? (JSON.parse(text) as { result?: unknown }).result : undefined;
        if (result !== true) return;
        truths += 1;
        const { action, resource } = value as ReturnType<typeof question>;
        expect([action.name, resource.type, resource.id]).toEqual([
          'read',
          'document',
          'pricelist',
        ]);
      }),
      { numRuns: 200, examples: [[question('read')]] },
    );
    expect(truths).toBeGreaterThan(0);
  });
});
