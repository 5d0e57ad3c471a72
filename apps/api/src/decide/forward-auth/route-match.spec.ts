import { describe, expect, test } from '@jest/globals';
import type { PepRoute } from '@sallyport/contracts';
import type { Pep } from '../../registers/facts.ports.js';
import { matchRoute } from './route-match.js';

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
];
const pep = { routes } as unknown as Pep;

describe('a route', () => {
  test.each([
    ['GET', '/', 'home', 'home'],
    ['GET', '/a/1/b/2', 'pair', '1:2'],
    ['GET', '/a/me', 'me', 'me'],
    ['DELETE', '/a/me', 'any', 'me'],
    ['GET', '/a/never', 'any', 'never'],
    ['GET', '/a/%7By%7D', 'any', '{y}'],
    ['GET', '/a/$&', 'any', '$&'],
    ['GET', '/f{x}', 'literal', '{x}'],
    ['GET', '/things/record/7', 'typed', '7'],
  ])('%s %s is %s of %s: the first that covers it counts', (method, path, action, id) => {
    expect(matchRoute(pep, { method, path })).toMatchObject({ action, resource: { id } });
  });

  test.each([
    ['POST', '/'],
    ['GET', '/a'],
    ['GET', '/a/'],
    ['GET', '/A/1'],
    ['GET', '/a/1/b'],
    ['GET', '/fx'],
  ])('none covers %s %s', (method, path) => {
    expect(matchRoute(pep, { method, path })).toBeUndefined();
  });
});
