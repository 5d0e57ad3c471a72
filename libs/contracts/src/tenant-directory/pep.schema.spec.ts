import { describe, expect, test } from '@jest/globals';
import { pepSchema } from './pep.schema.js';

const route = { method: 'GET', path: '/a', action: 'read', resource: { type: 'a', id: '1' } };
const withCookie = (cookie: string) =>
  pepSchema.safeParse({ name: 'p', key: 'gateway-key', routes: [{ ...route, cookie }] });

test('a route may name the cookie that carries the end user’s token', () => {
  expect(withCookie('__Host-session').data?.routes[0]?.cookie).toBe('__Host-session');
  for (const name of ['', 'a b', 'a=b', 'a;b', 'ä']) expect(withCookie(name).success).toBe(false);
});

describe('the paths of OPA’s Data API', () => {
  const withPath = (path: object) =>
    pepSchema.safeParse({ name: 'p', key: 'gateway-key', opa: [path].flat() });
  const question = {
    subject: { type: 'user', id: '/user' },
    action: '/method',
    resource: { type: 'document', id: '/doc/id' },
  };

  test('say whose input they read, and by default that it is AuthZEN’s', () => {
    const path = { path: 'app/authz/allow', view: 'boolean' };
    expect(withPath(path).data?.opa).toEqual([{ ...path, preset: 'generic' }]);
    const mapped = { path: 'app/authz', view: 'object', input: question };
    expect(withPath(mapped).data?.opa).toEqual([{ ...mapped, preset: 'generic' }]);
  });

  test.each([
    ['a path with a slash at an end', { path: '/a', view: 'boolean' }],
    ['no view', { path: 'a' }],
    ['a boolean for APISIX', { path: 'a', preset: 'apisix', view: 'boolean' }],
    [
      'an action for a gateway, whose routes name it',
      { path: 'a', preset: 'kong', view: 'boolean', input: { action: 'read' } },
    ],
    [
      'a question without a resource',
      { path: 'a', view: 'boolean', input: { ...question, resource: undefined } },
    ],
    [
      'subject and token at once',
      { path: 'a', view: 'boolean', input: { ...question, token: '/token' } },
    ],
    ['a broken pointer', { path: 'a', view: 'boolean', input: { ...question, action: '/a~2' } }],
    [
      'a token smuggled in as context',
      { path: 'a', view: 'boolean', input: { ...question, context: { subject_token: '/t' } } },
    ],
    [
      'one path twice',
      [
        { path: 'a', view: 'boolean' },
        { path: 'a', view: 'object' },
      ],
    ],
  ])('are refused with %s', (_what, path) => {
    expect(withPath(path).success).toBe(false);
  });
});

test('limits are positive and bounded', () => {
  const withLimits = (limits: object) =>
    pepSchema.safeParse({ name: 'p', key: 'gateway-key', limits }).success;
  expect(withLimits({ perSecond: 0.5, burst: 10, maxBodyBytes: 4_096, maxBatch: 100 })).toBe(true);
  for (const bad of [{ perSecond: 0 }, { burst: 1.5 }, { maxBatch: 1_001 }, { maxBodyBytes: 0 }]) {
    expect(withLimits(bad)).toBe(false);
  }
});

describe('the tables of a data layer', () => {
  const withColumn = (column: object, table: object = {}) =>
    pepSchema.safeParse({
      name: 'p',
      key: 'data-layer-key',
      data: {
        record: { table: 'clinic.records', id: { column: 'id' }, columns: { a: column }, ...table },
      },
    });

  test('say which column holds which attribute, as what', () => {
    const { data } = withColumn({ column: 'ward_id', type: 'entity', entity: 'ward' });
    expect(data?.data?.['record']?.columns['a']).toEqual({
      column: 'ward_id',
      type: 'entity',
      entity: 'ward',
      set: false,
      required: false,
    });
  });

  test.each<[string, object, object]>([
    ['a column that is no identifier', { column: 'a"; DROP', type: 'string' }, {}],
    ['a table that is none', { column: 'a', type: 'string' }, { table: 'a.b.c' }],
    ['a type that there is not', { column: 'a', type: 'json' }, {}],
    ['an entity of no type', { column: 'a', type: 'entity' }, {}],
    ['the type of an entity for a text', { column: 'a', type: 'string', entity: 'ward' }, {}],
    ['a set of decimals', { column: 'a', type: 'decimal', set: true }, {}],
    [
      'an attribute in the place of the id',
      { column: 'a', type: 'string' },
      { columns: { $id: { column: 'a', type: 'string' } } },
    ],
    ['no id', { column: 'a', type: 'string' }, { id: undefined }],
  ])('are refused with %s', (_what, column, table) => {
    expect(withColumn(column, table).success).toBe(false);
  });
});
