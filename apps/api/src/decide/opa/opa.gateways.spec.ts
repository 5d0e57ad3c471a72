import { beforeAll, describe, expect, test } from '@jest/globals';
import type { DecisionEntry } from '@sallyport/contracts';
import type { Answer, TestBroker } from '../decide.fake.js';
import { apisix, envoy, kong, startOpaBroker } from './opa.fake.js';

let broker: TestBroker;
beforeAll(async () => {
  broker = await startOpaBroker();
});
const last = () => broker.log.entries('acme').at(-1) as DecisionEntry;

describe('a gateway', () => {
  const shapes = { kong, apisix, 'envoy/authz/allow': envoy } as const;
  type Path = keyof typeof shapes;
  const paths = Object.keys(shapes) as Path[];
  const answerTo = async (path: Path, method: string, url: string, headers?: object) => {
    const answer: Answer = await broker.post(
      `/v1/data/${path}`,
      shapes[path](method, url, headers),
    );
    expect(answer.status).toBe(200);
    return answer.body['result'] as Record<string, unknown>;
  };
  const isAllowed = (result: Record<string, unknown>) => result['allow'] ?? result['allowed'];

  test.each(paths)(
    'in the shape of %s is answered by its routes and the verified token',
    async (path) => {
      const authorization = `Bearer ${await broker.subjectToken()}`;
      const permit = await answerTo(path, 'GET', '/doors/7', { authorization });
      expect(isAllowed(permit)).toBe(true);
      expect(permit['headers']).toMatchObject({
        'x-decision-id': last().id,
        'x-sallyport-subject': 'user:dana@acme.example',
      });
      expect(last()).toMatchObject({
        action: 'knock',
        resource: { type: 'door', id: '7' },
        facts: { authn: { verified: true } },
      });
      const denial = await answerTo(path, 'POST', '/doors/7', { authorization });
      expect(isAllowed(denial)).toBe(false);
      expect(denial['status'] ?? denial['status_code'] ?? denial['http_status']).toBe(403);
      expect(denial['headers']).toMatchObject({ 'x-sallyport-reason': 'device-unknown' });
    },
  );

  test.each(paths)('in the shape of %s is told to have the user authenticate', async (path) => {
    for (const authorization of [undefined, 'Bearer nonsense', 'Basic ZGFuYTp4']) {
      const result = await answerTo(path, 'GET', '/doors/7', { authorization });
      expect(isAllowed(result)).toBe(false);
      expect(result['status'] ?? result['status_code'] ?? result['http_status']).toBe(401);
      expect(result['headers']).toMatchObject({
        'www-authenticate': expect.stringContaining('Bearer'),
      });
    }
  });

  test.each(paths)(
    'in the shape of %s is denied what no route covers, or what is ambiguous',
    async (path) => {
      const authorization = `Bearer ${await broker.subjectToken()}`;
      for (const url of [
        '/doors',
        '/doors/7/8',
        '/DOORS/7',
        '/doors/%2e%2e/7',
        '/doors/7%2F8',
        '/doors/..;/7',
        '/doors/%37%00',
        '//doors/7',
        'doors/7',
        '',
      ]) {
        expect([url, isAllowed(await answerTo(path, 'GET', url, { authorization }))]).toEqual([
          url,
          false,
        ]);
      }
      for (const method of ['get', '', 'GET POST']) {
        expect(isAllowed(await answerTo(path, method, '/doors/7', { authorization }))).toBe(false);
      }
      for (const headers of [
        { authorization: [authorization, authorization] },
        { authorization, Authorization: authorization },
      ]) {
        expect(isAllowed(await answerTo(path, 'GET', '/doors/7', headers))).toBe(false);
      }
    },
  );

  test('overwrites or removes what a client says in our name', async () => {
    const authorization = `Bearer ${await broker.subjectToken()}`;
    const named = (value: unknown) => Object.keys(value as object);
    const ours = [
      'x-sallyport-subject',
      'x-sallyport-groups',
      'x-sallyport-token',
      'x-decision-id',
    ];
    for (const path of ['kong', 'apisix'] as const) {
      const { headers } = await answerTo(path, 'GET', '/doors/7', { authorization });
      expect(named(headers)).toEqual(expect.arrayContaining(ours));
    }
    const given = await answerTo('envoy/authz/allow', 'GET', '/doors/7', { authorization });
    const removed = given['request_headers_to_remove'] as string[];
    expect(
      ours.every((name) => named(given['headers']).includes(name) !== removed.includes(name)),
    ).toBe(true);
    expect(removed).toContain('x-sallyport-warning');
  });

  test('that decodes paths itself may leave no escape in them', async () => {
    const authorization = `Bearer ${await broker.subjectToken()}`;
    expect(isAllowed(await answerTo('apisix', 'GET', '/doors/a%41', { authorization }))).toBe(
      false,
    );
    expect(isAllowed(await answerTo('kong', 'GET', '/doors/a%41', { authorization }))).toBe(true);
    expect(last().resource.id).toBe('aA');
  });

  test('may take the token from the cookie that its route names', async () => {
    const cookie = `session=${await broker.subjectToken()}`;
    expect(isAllowed(await answerTo('kong', 'PUT', '/doors/7', { cookie }))).toBe(true);
    expect(isAllowed(await answerTo('kong', 'GET', '/doors/7', { cookie }))).toBe(false);
  });

  test('may name its consumer where it is trusted to, and a token goes before it', async () => {
    const consumer = { consumer: { username: 'ann' } };
    const post = async (body: object, on = broker) =>
      (await on.post('/v1/data/kong/consumer', body)).body['result'] as Record<string, unknown>;
    expect((await post(kong('GET', '/doors/7', {}, consumer)))['allow']).toBe(true);
    expect(last()).toMatchObject({ subject: { type: 'user', id: 'ann' } });
    expect((await post(kong('GET', '/doors/7')))['status']).toBe(401);
    const spoofed = kong('GET', '/doors/7', { authorization: 'Bearer x' }, consumer);
    expect((await post(spoofed))['allow']).toBe(false);
    const untrusted = await startOpaBroker({ trustedProperties: [] });
    const denied = await post(kong('GET', '/doors/7', {}, consumer), untrusted);
    expect(denied['headers']).toMatchObject({ 'x-sallyport-reason': 'subject-not-asserted' });
  });

  test('gets a denial for an input that is none of its own, never an error', async () => {
    for (const body of [
      {},
      { input: null },
      { input: 'x' },
      { input: { request: [] } },
      envoy('GET', '/doors/7'),
    ]) {
      const { status, body: answer } = await broker.post('/v1/data/kong', body);
      expect([status, answer['result']]).toMatchObject([200, { allow: false, status: 403 }]);
      expect(last()).toMatchObject({ decision: false, reasons: ['request-invalid'] });
    }
  });
});
