import { describe, expect, jest, test } from '@jest/globals';
import type { DecisionEntry } from '@sallyport/contracts';
import fc from 'fast-check';
import { UnavailableError } from '../platform/errors.js';
import { acme, DANA } from './acme.fake.js';
import { startBroker } from './decide.fake.js';

jest.setTimeout(60_000);

const valid = { subject: DANA, action: { name: 'knock' }, resource: { type: 'door', id: '1' } };

describe('a decision that cannot be recorded', () => {
  test('is no decision: 503, whatever the log failed with', async () => {
    const broker = await startBroker();
    for (const failure of [new UnavailableError('full'), new Error('disk')]) {
      broker.log.failWith(failure);
      const { status, headers, body } = await broker.post('/access/v1/evaluation', valid);
      expect(status).toBe(503);
      expect(headers['retry-after']).toBe('1');
      expect(body).not.toHaveProperty('decision');
    }
    broker.log.failWith();
    expect((await broker.post('/access/v1/evaluation', valid)).body).toEqual({ decision: true });
  });

  test('is none in monitor mode either', async () => {
    const peps = acme().peps.map((pep) => ({ ...pep, mode: 'monitor' as const }));
    const broker = await startBroker(acme({ peps }));
    broker.log.failWith(new Error('disk'));
    expect((await broker.post('/access/v1/evaluation', valid)).status).toBe(503);
  });
});

describe('a step that fails', () => {
  test('is a deny with a reason, recorded, and reported', async () => {
    const broker = await startBroker();
    const tenant = broker.facts.tenant('acme');
    Object.assign(tenant ?? {}, {
      device: () => {
        throw new Error('broken');
      },
    });
    const body = { ...valid, context: { device_id: 'x' } };
    expect((await broker.post('/access/v1/evaluation', body)).body).toEqual({ decision: false });
    expect(broker.log.entries('acme')).toMatchObject([
      { decision: false, reasons: ['broker-error'] },
    ]);
    expect(broker.faults).toMatchObject([{ event: 'decision-step-failed' }]);
  });

  test('a step that takes too long is a deny as well', async () => {
    const broker = await startBroker(acme(), { deadlineMs: 50 });
    broker.keys.publicKeys = () => new Promise(() => undefined);
    const token = await broker.subjectToken({ iss: 'https://broker.example' }, { typ: 'at+jwt' });
    const body = { ...valid, subject: undefined, context: { subject_token: token } };
    expect((await broker.post('/access/v1/evaluation', body)).body).toEqual({ decision: false });
    expect(broker.log.entries('acme')).toMatchObject([{ reasons: ['deadline-exceeded'] }]);
  });
});

describe('whatever a question holds', () => {
  test('it is answered, recorded once, and fits into the log', async () => {
    const broker = await startBroker(
      acme({ peps: acme().peps.map((pep) => ({ ...pep, trustedProperties: ['*'] })) }),
    );
    const json = fc
      .jsonValue({ maxDepth: 4 })
      .map((value) => JSON.parse(JSON.stringify(value).replaceAll('__proto__', 'p')) as unknown)
      .filter((value) => !/\\ud[89a-f]/i.test(JSON.stringify(value)));
    const members = fc.dictionary(fc.string().filter(isPlainName), json, { maxKeys: 5 });
    const name = fc.string({ minLength: 1, maxLength: 40 }).filter(isWellFormed);
    const entity = fc.record({ type: name, id: name, properties: members });
    const asked = fc.record({
      subject: entity,
      action: fc.record({ name, properties: members }),
      resource: entity,
      context: fc.oneof(
        members,
        fc.record({ ip: json, device_id: json, purpose: json, __entity: json, grant: json }),
      ),
    });
    await fc.assert(
      fc.asyncProperty(asked, async (question) => {
        const before = broker.log.entries('acme').length;
        const { status, body } = await broker.post('/access/v1/evaluation', question);
        expect(status).toBe(200);
        expect(typeof body['decision']).toBe('boolean');
        expect(broker.log.entries('acme')).toHaveLength(before + 1);
      }),
      { numRuns: 100 },
    );
    expect(broker.faults).toEqual([]);
  });

  test.each([
    ['context', { context: { big: 'x'.repeat(900_000) } }],
    ['properties', { resource: { ...valid.resource, properties: { big: 'ü'.repeat(300_000) } } }],
    [
      'many members',
      { context: Object.fromEntries([...Array(9_000).keys()].map((n) => [n, 'xxxx'])) },
    ],
  ])('a large part of it (%s) is logged as its digest', async (_, part) => {
    const broker = await startBroker();
    expect((await broker.post('/access/v1/evaluation', { ...valid, ...part })).status).toBe(200);
    const [entry] = broker.log.entries('acme') as DecisionEntry[];
    const text = JSON.stringify(entry);
    expect(Buffer.byteLength(text)).toBeLessThan(65_536);
    expect(text).toMatch(/"sha256":"[0-9a-f]{64}"/);
  });
});

function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

function isPlainName(text: string): boolean {
  return isWellFormed(text) && text !== '__proto__' && !text.startsWith('subject_token');
}
