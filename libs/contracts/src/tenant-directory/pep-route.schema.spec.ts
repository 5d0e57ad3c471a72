import { describe, expect, test } from '@jest/globals';
import { routeSchema } from './pep-route.schema.js';
import { settingsSchema } from './settings.schema.js';

const plain = { method: 'GET', path: '/a', action: 'read', resource: { type: 'a', id: '1' } };
const accepts = (members: object) => routeSchema.safeParse({ ...plain, ...members }).success;

describe('a route', () => {
  test.each<[string, object]>([
    ['nothing more', {}],
    ['a host', { host: 'app.example' }],
    ['a host with a port', { host: 'app.example:8443' }],
    ['the rest of the path', { path: '/a/{x}/{y*}', resource: { type: 'a', id: '{x}{y}' } }],
    ['a cookie that counts alone', { cookie: 'session', subject: 'cookie' }],
    ['statuses', { unauthenticated: 401, denied: 403 }],
    ['ways on for browsers', { unauthenticated: 'redirect', denied: 'ask' }],
    ['a token and groups', { token: { audience: 'billing' }, groups: true }],
  ])('may have %s', (_, members) => {
    expect(routeSchema.parse({ ...plain, ...members })).toEqual({ ...plain, ...members });
  });

  test.each<[string, object]>([
    ['a host in upper case', { host: 'App.example' }],
    ['a URL for a host', { host: 'https://app.example' }],
    ['the rest of the path before its end', { path: '/{y*}/a' }],
    ['half a placeholder', { path: '/a/{x' }],
    ['a placeholder that is not in the path', { resource: { type: 'a', id: '{y}' } }],
    ['a cookie that has no name', { subject: 'cookie' }],
    ['another status', { unauthenticated: 302 }],
    ['another way on', { denied: 'redirect' }],
    ['a token for nobody', { token: {} }],
    ['a scope of its own', { token: { audience: 'billing', scope: 'everything' } }],
  ])('may not have %s', (_, members) => {
    expect(accepts(members)).toBe(false);
  });
});

describe('where browsers may be sent', () => {
  const signIn = 'https://login.example/start?rd={url}';
  const accepted = (browser: object) => settingsSchema.safeParse({ name: 'acme', browser }).success;

  test('is a sign-in page with the way back, and the origins that it may lead to', () => {
    expect(accepted({ signIn, origins: ['https://app.example', 'http://localhost:3000'] })).toBe(
      true,
    );
  });

  test.each<[string, object]>([
    ['no way back', { signIn: 'https://login.example/', origins: ['https://app.example'] }],
    ['two ways back', { signIn: `${signIn}&x={url}`, origins: ['https://app.example'] }],
    [
      'a way back in the path',
      { signIn: 'https://login.example/{url}', origins: ['https://app.example'] },
    ],
    ['a page without TLS', { signIn: 'http://login.example/?rd={url}', origins: ['https://a.b'] }],
    ['a script', { signIn: 'javascript:alert(1)?{url}', origins: ['https://app.example'] }],
    ['no origin', { signIn, origins: [] }],
    ['a path in an origin', { signIn, origins: ['https://app.example/'] }],
    ['an origin without TLS', { signIn, origins: ['http://app.example'] }],
    ['every origin', { signIn, origins: ['*'] }],
  ])('is refused with %s', (_, browser) => {
    expect(accepted(browser)).toBe(false);
  });
});
