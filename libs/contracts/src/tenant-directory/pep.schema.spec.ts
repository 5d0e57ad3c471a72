import { expect, test } from '@jest/globals';
import { pepSchema } from './pep.schema.js';

const route = { method: 'GET', path: '/a', action: 'read', resource: { type: 'a', id: '1' } };
const withCookie = (cookie: string) =>
  pepSchema.safeParse({ name: 'p', key: 'gateway-key', routes: [{ ...route, cookie }] });

test('a route may name the cookie that carries the end user’s token', () => {
  expect(withCookie('__Host-session').data?.routes[0]?.cookie).toBe('__Host-session');
  for (const name of ['', 'a b', 'a=b', 'a;b', 'ä']) expect(withCookie(name).success).toBe(false);
});
