import { describe, expect, test } from '@jest/globals';
import type { PepRoute } from '@sallyport/contracts';
import fc from 'fast-check';
import { matchRoutes } from './match-routes.js';

const routes: readonly PepRoute[] = [
  { method: 'GET', path: '/', action: 'home', resource: { type: 'page', id: 'home' } },
  {
    method: 'GET',
    path: '/a/{x}/b/{y}',
    action: 'pair',
    resource: { type: 'pair', id: '{x}:{y}' },
  },
  { method: 'GET', path: '/a/me', action: 'me', resource: { type: 'page', id: 'me' } },
  { method: '*', path: '/a/{x}', action: 'any', resource: { type: 'a', id: '{x}' } },
  { method: 'GET', path: '/a/never', action: 'never', resource: { type: 'a', id: 'never' } },
  {
    method: 'GET',
    path: '/things/{kind}/{x}',
    action: 'typed',
    resource: { type: '{kind}', id: '{x}' },
  },
  { method: 'GET', path: '/f{x}', action: 'literal', resource: { type: 'f', id: '{x}' } },
  {
    method: 'GET',
    path: '/files/{owner}/{rest*}',
    action: 'file',
    resource: { type: 'file', id: '{owner}:{rest}' },
  },
  {
    method: 'GET',
    host: 'admin.example',
    path: '/x',
    action: 'admin',
    resource: { type: 'x', id: '1' },
  },
  {
    method: 'GET',
    host: 'app.example:8443',
    path: '/x',
    action: 'port',
    resource: { type: 'x', id: '2' },
  },
];

describe('a route', () => {
  test.each([
    ['GET', '/', 'home', 'home'],
    ['GET', '/a/1/b/2', 'pair', '1:2'],
    ['GET', '/a/me', 'me', 'me'],
    ['DELETE', '/a/me', 'any', 'me'],
    ['GET', '/a/never', 'any', 'never'],
    ['GET', '/%61/%6de', 'me', 'me'],
    ['GET', '/a/%7By%7D', 'any', '{y}'],
    ['GET', '/a/$&', 'any', '$&'],
    ['GET', '/f{x}', 'literal', '{x}'],
    ['GET', '/things/record/7', 'typed', '7'],
    ['GET', '/files/dana/a', 'file', 'dana:a'],
    ['GET', '/files/dana/a/b%20c/d', 'file', 'dana:a/b c/d'],
  ])('%s %s is %s of %s: the first that covers it counts', (method, path, action, id) => {
    expect(matchRoutes(routes, { method, path })).toMatchObject({ action, resource: { id } });
  });

  test.each([
    ['POST', '/'],
    ['GET', '/a'],
    ['GET', '/a/'],
    ['GET', '/A/1'],
    ['GET', '/a/1/b'],
    ['GET', '/fx'],
    ['GET', '/files/dana'],
    ['GET', '/files/dana/'],
    ['GET', '/files/dana/a/'],
    ['GET', '/x'],
  ])('none covers %s %s', (method, path) => {
    expect(matchRoutes(routes, { method, path })).toBeUndefined();
  });

  test.each([
    ['admin.example', 'admin'],
    ['ADMIN.example:443', 'admin'],
    ['app.example:8443', 'port'],
    ['app.example', undefined],
    ['app.example:443', undefined],
    ['admin.example.evil', undefined],
    ['evil-admin.example', undefined],
  ])('that names a host covers it alone: %s is %s', (host, action) => {
    expect(matchRoutes(routes, { method: 'GET', path: '/x', host })?.action).toBe(action);
  });

  test('names a resource of at most 1,024 characters', () => {
    const path = (length: number) => `/a/${'x'.repeat(length)}`;
    expect(matchRoutes(routes, { method: 'GET', path: path(1_024) })).toBeDefined();
    expect(matchRoutes(routes, { method: 'GET', path: path(1_025) })).toBeUndefined();
  });
});

/** What servers are known to make of a path before they look at it. */
const READINGS: readonly ((path: string) => string)[] = [
  (path) => new URL(`http://x${path}`).pathname,
  (path) => decodeURIComponent(path),
  (path) => decodeURIComponent(decodeURIComponent(path)),
  (path) => path.replaceAll(/\/{2,}/g, '/'),
  (path) => path.replaceAll('\\', '/'),
  (path) => path.replaceAll(/%2f/gi, '/'),
  (path) => path.replaceAll(/;[^/]*/g, ''),
  (path) => path.replaceAll(/%3b[^/]*/gi, ''),
  (path) => path.split(/[?#]|%3f|%23/i, 1)[0] ?? '',
  (path) => path.split(/%00|\0/, 1)[0] ?? '',
  (path) => path.split(/,\s*(?=\/)/, 1)[0] ?? '',
  (path) => withoutDots(path),
  (path) => withoutDots(decodeURIComponent(path)),
  (path) => withoutDots(path.replaceAll(/;[^/]*/g, '')),
];

function withoutDots(path: string): string {
  const kept: string[] = [];
  for (const part of path.slice(1).split('/')) {
    if (part === '..') kept.pop();
    else if (part !== '.') kept.push(part);
  }
  return `/${kept.join('/')}`;
}

const PIECES = [
  '/',
  '/a/',
  '/files/',
  '/things/',
  'me',
  'b',
  '.',
  '..',
  ',',
  ';',
  ';x=1',
  '\\',
  '%',
  '%2f',
  '%2F',
  '%2e',
  '%2E',
  '%5c',
  '%25',
  '%252e',
  '%252f',
  '%3b',
  '%3f',
  '%23',
  '%00',
  '%0a',
  '%20',
  '%61',
  '%c3%bc',
  '%c0%ae',
  '%C3',
  '#',
  '?',
  '\n',
  '\u0000',
  'ü',
  ' ',
];

test('never covers a path that two servers could read differently', () => {
  let covered = 0;
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...PIECES), { maxLength: 9 }), (pieces) => {
      const path = `/${pieces.join('')}`.replace(/^\/\/(?=a|files|things)/, '/');
      const here = matchRoutes(routes, { method: 'GET', path });
      if (!here) return;
      covered += 1;
      const segments = path.split('/').map((part) => decodeURIComponent(part));
      const plain = segments.map((part) => encodeURIComponent(part)).join('/');
      expect(matchRoutes(routes, { method: 'GET', path: plain })).toEqual(here);
      for (const read of READINGS) {
        const there = read(path)
          .split('/')
          .map((part) => decodeURIComponent(part));
        expect(there).toEqual(segments);
      }
    }),
    { numRuns: 6_000 },
  );
  // A generator that never reaches a route would prove nothing.
  expect(covered).toBeGreaterThan(50);
});

test('never throws, whatever the line holds', () => {
  const any = fc.string({ unit: 'binary' });
  fc.assert(
    fc.property(any, any, any, (method, path, host) => {
      matchRoutes(routes, { method, path: `/${path}`, host });
    }),
  );
});
