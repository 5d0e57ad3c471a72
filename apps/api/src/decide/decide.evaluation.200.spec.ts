import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { DecisionEntry } from '@sallyport/contracts';
import type { PostureRecord } from '@sallyport/risk';
import { acme, DANA, NOW_MS } from './acme.fake.js';
import { startBroker, type TestBroker } from './decide.fake.js';

jest.setTimeout(60_000);

const question = {
  subject: DANA,
  action: { name: 'read' },
  resource: { type: 'database', id: 'prod' },
  context: { ip: '193.99.144.80', device_id: 'dana-laptop' },
};

describe('POST /access/v1/evaluation answers', () => {
  let broker: TestBroker;
  beforeEach(async () => {
    broker = await startBroker();
  });

  const ask = (body: object = question, headers?: Record<string, string>) =>
    broker.post('/access/v1/evaluation', body, headers);
  const grant = (endsAtMs: number) =>
    broker.facts.put('acme', {
      kind: 'grant',
      key: ['g1'],
      value: {
        subject: DANA,
        grant: {
          id: 'g1',
          requestId: 'r1',
          subjectId: DANA.id,
          role: { type: 'role', id: 'prod-db-reader' },
          startsAtMs: NOW_MS - 1,
          endsAtMs,
          state: 'active',
          version: 1,
        },
      },
    });
  const entries = () => broker.log.entries('acme') as DecisionEntry[];

  test('a bare deny without a grant, a permit with one, and a deny at the very moment it ends', async () => {
    expect((await ask()).body).toEqual({ decision: false });
    grant(NOW_MS + 60_000);
    expect((await ask()).body).toEqual({ decision: true });
    broker.nowMs += 60_000;
    expect((await ask()).body).toEqual({ decision: false });
    expect(entries().map(({ decision }) => decision)).toEqual([false, true, false]);
  });

  test('what differs from answer to answer in headers', async () => {
    grant(NOW_MS + 60_000);
    const { headers } = await ask(question, { 'x-request-id': 'r-7' });
    expect(headers['x-decision-id']).toBe(entries()[0]?.id);
    expect(headers['x-policy-version']).toBe(entries()[0]?.policyVersion);
    expect(headers['cache-control']).toBe('private, max-age=0');
    expect(headers['x-request-id']).toBe('r-7');
    expect(entries()[0]?.requestId).toBe('r-7');
  });

  test('the whole story in the log entry', async () => {
    grant(NOW_MS + 60_000);
    await ask();
    expect(entries()[0]).toEqual({
      type: 'decision',
      id: expect.any(String),
      time: '2026-11-22T10:00:00.500Z',
      actor: 'pep:gateway',
      decision: true,
      subject: DANA,
      action: 'read',
      resource: { type: 'database', id: 'prod' },
      pep: 'gateway',
      mode: 'enforce',
      reasons: ['policy-permit'],
      determining: [{ id: 'prod-read', effect: 'permit' }],
      erroring: [],
      obligations: [],
      policyVersion: expect.any(String),
      facts: {
        nowMs: NOW_MS,
        authn: { method: 'asserted', verified: false },
        device: {
          id: 'dana-laptop',
          managed: true,
          os: 'macos',
          osVersion: '15.1',
          diskEncrypted: true,
          compliant: true,
          checkedAtMs: NOW_MS - 600_000,
          freshUntilMs: NOW_MS + 3_000_000,
        },
        network: { ip: '193.99.144.80', country: 'DE', continent: 'EU' },
        risk: { score: 10, level: 'low', reasons: ['unverified-subject'] },
        grants: [
          {
            id: 'g1',
            role: { type: 'role', id: 'prod-db-reader' },
            endsAtMs: NOW_MS + 60_000,
            breakGlass: false,
          },
        ],
        missing: [],
        registerVersion: expect.any(Number),
      },
      request: question,
      requestId: expect.any(String),
      durationMicros: expect.any(Number),
    });
  });

  test('the reasons, where the request, a header or the enforcement point asks for them', async () => {
    const reasons = { decision: false, context: { reasons: expect.any(Array), determining: [] } };
    expect((await ask({ ...question, options: { explain: true } })).body).toMatchObject(reasons);
    expect((await ask(question, { 'x-sallyport-explain': 'true' })).body).toMatchObject(reasons);
    const { body } = await ask({ ...question, options: { explain: true } });
    expect(body['context']).toMatchObject({
      reasons: [{ code: 'no-matching-policy', message: 'No policy permits this.' }],
      policy_version: expect.any(String),
    });
  });

  test('obligations even where nobody asked for reasons', async () => {
    const record = { type: 'record', id: '42' };
    const { body } = await ask({ ...question, resource: record, context: { purpose: 'TREAT' } });
    expect(body).toEqual({
      decision: true,
      context: { obligations: [{ id: 'records-with-consent', type: 'log-access' }] },
    });
  });

  test.each<[string, boolean, Partial<PostureRecord>]>([
    ['a fresh check of her own encrypted laptop', true, { diskEncrypted: true }],
    ['an unencrypted disk', false, { diskEncrypted: false }],
    ['a disk of which nothing is known', false, {}],
    ['a check too long ago', false, { diskEncrypted: true, checkedAtMs: NOW_MS - 3_600_000 }],
    ['a device of somebody else', false, { diskEncrypted: true, ownerId: 'omar@acme.example' }],
  ])('by the device: %s → %j', async (_, decision, reported) => {
    grant(NOW_MS + 60_000);
    const base = {
      deviceId: 'dana-laptop',
      ownerId: DANA.id,
      checkedAtMs: NOW_MS,
      source: 'test',
    };
    const value = { ...base, ...reported };
    broker.facts.put('acme', { kind: 'device', key: ['dana-laptop'], value });
    expect((await ask()).body).toEqual({ decision });
  });

  test('a deny for an address on another continent minutes later, again and again', async () => {
    const knock = { ...question, action: { name: 'knock' } };
    expect((await ask(knock)).body).toEqual({ decision: true });
    broker.nowMs += 120_000;
    const elsewhere = { ...knock, context: { ...knock.context, ip: '8.8.8.8' } };
    for (const _ of [1, 2]) {
      expect((await ask({ ...elsewhere, options: { explain: true } })).body).toMatchObject({
        decision: false,
        context: { determining: [{ id: 'no-impossible-travel', effect: 'forbid' }] },
      });
    }
    expect((await ask(knock)).body).toEqual({ decision: true });
  });

  test('a strict enforcement point only from facts that are fresh', async () => {
    broker.facts.ageMs = 5_001;
    const knock = { ...question, action: { name: 'knock' } };
    expect((await ask(knock)).body).toEqual({ decision: true });
    expect(entries()[0]?.facts.missing).toContain('feed-stale');
    broker = await startBroker(
      acme({ peps: acme().peps.map((pep) => ({ ...pep, strict: true })) }),
    );
    expect((await ask(knock)).body).toEqual({ decision: true });
    broker.facts.ageMs = 5_001;
    expect((await ask(knock)).body).toEqual({ decision: false });
    expect(entries()[1]).toMatchObject({ reasons: ['feed-stale'], facts: { grants: [] } });
  });

  test('the same body to the same question, every time', async () => {
    const bodies = await Promise.all([1, 2, 3].map(async () => (await ask()).body));
    expect(new Set(bodies.map((body) => JSON.stringify(body))).size).toBe(1);
  });

  test('a deny in every tenant that has promoted no policy', async () => {
    broker.facts.put('acme', { kind: 'policy', key: ['fake'] });
    expect((await ask({ ...question, options: { explain: true } })).body).toMatchObject({
      context: { reasons: [{ code: 'policy-missing' }] },
    });
  });
});
