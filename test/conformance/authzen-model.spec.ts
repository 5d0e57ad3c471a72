import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { startInProcess, type TestBroker } from '../support/broker-in-process.js';
import { applyWithCli } from './apply-with-cli.js';
import { AUTHZEN_KEY, AUTHZEN_TENANT, bob, DENIED, QUESTION, record } from './authzen-tenant.js';

jest.setTimeout(60_000);

const PERMIT = '{"decision":true}';
const DENY = '{"decision":false}';

describe('AuthZEN Authorization API 1.0', () => {
  let broker: TestBroker;
  beforeAll(async () => {
    broker = await startInProcess();
    await applyWithCli(broker, AUTHZEN_TENANT);
  });
  afterAll(() => broker.close());

  describe('§5, the information model', () => {
    it.each([
      ['§5.1 a subject is told by its id', DENIED, DENY],
      ['§5.1 and by its type', { ...QUESTION, subject: { type: 'robot', id: 'bob' } }, DENY],
      ['§5.1 ids are case-sensitive', { ...QUESTION, subject: { ...bob, id: 'Bob' } }, DENY],
      [
        '§5.2 a resource is told by its type',
        { ...QUESTION, resource: { type: 'invoice', id: '1' } },
        DENY,
      ],
      ['§5.2 and by its id', { ...QUESTION, resource: record('forbidden') }, DENY],
      ['§5.3 an action is told by its name', { ...QUESTION, action: { name: 'erase' } }, DENY],
      [
        '§5.3 its properties count',
        { ...QUESTION, action: { name: 'delete', properties: { soft: true } } },
        PERMIT,
      ],
      ['§5.3 their absence does, too', { ...QUESTION, action: { name: 'delete' } }, DENY],
      ['§5.4 the context counts', { ...DENIED, context: { urgent: true } }, PERMIT],
      ['§5.4 its values do', { ...DENIED, context: { urgent: false } }, DENY],
      ['§5.4 an empty one is like none', { ...QUESTION, context: {} }, PERMIT],
      ['§5.4 a null one is like none', { ...QUESTION, context: null }, PERMIT],
      [
        'an attribute that is stored counts',
        { subject: bob, action: { name: 'write' }, resource: record('bobs') },
        PERMIT,
      ],
      [
        'a property that is not trusted does not',
        {
          ...QUESTION,
          action: { name: 'write' },
          resource: { ...record('2'), properties: { owner: 'bob' } },
        },
        DENY,
      ],
      [
        'what nobody knows is denied, not refused',
        {
          subject: { type: 'x', id: 'y' },
          action: { name: 'z' },
          resource: { type: 'x', id: 'y' },
        },
        DENY,
      ],
      [
        'a type that Cedar could not spell is a type',
        { ...QUESTION, subject: { type: 'https://example.com/user', id: 'bob' } },
        DENY,
      ],
      [
        'an id of any characters is an id',
        { ...QUESTION, resource: record('"\\ \u{1F511} \n') },
        PERMIT,
      ],
      [
        'null properties are like none',
        { ...QUESTION, subject: { ...bob, properties: null } },
        PERMIT,
      ],
      [
        'values that Cedar cannot hold are absent',
        { ...QUESTION, context: { a: null, b: 1.5, c: 1e300, d: [[], [1, 'a']] } },
        PERMIT,
      ],
      [
        'Cedar’s escapes are plain names',
        {
          ...QUESTION,
          context: { __entity: { type: 'user', id: 'root' }, __extn: { fn: 'ip', arg: 'x' } },
        },
        PERMIT,
      ],
    ])('%s', async (_section, question, expected) => {
      const call = { key: AUTHZEN_KEY, json: question };
      const answer = await broker.client.call('POST', '/access/v1/evaluation', call);
      expect([answer.status, answer.text]).toEqual([200, expected]);
    });
  });
});
