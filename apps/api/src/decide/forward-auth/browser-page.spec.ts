import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { askAddress, signInAddress, wantsPage } from './browser-page.js';

describe('a page is wanted', () => {
  test.each([
    ['GET', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', true],
    ['HEAD', 'text/html', true],
    ['GET', 'TEXT/HTML ; q=0.5, application/json;q=0.4', true],
    ['POST', 'text/html', false],
    ['GET', '*/*', false],
    ['GET', undefined, false],
    ['GET', 'application/json, text/html;q=0.9', false],
    ['GET', 'text/html;q=0', false],
    ['GET', 'text/html;q=x', false],
  ])('%s with Accept %j: %j', (method, accept, wanted) => {
    expect(wantsPage(method, accept)).toBe(wanted);
  });
});

const settings = {
  signIn: 'https://login.example/start?rd={url}&x=1',
  origins: ['https://app.example', 'http://localhost:3000'],
};
const line = {
  method: 'GET',
  path: '/records/42',
  query: '?a=1&b=2',
  host: 'app.example',
} as const;

describe('the way to sign in', () => {
  test('carries the way back, as one value', () => {
    const address = signInAddress(settings, { ...line, scheme: 'https' });
    expect(address).toBe(
      'https://login.example/start?rd=https%3A%2F%2Fapp.example%2Frecords%2F42%3Fa%3D1%26b%3D2&x=1',
    );
  });

  test.each([
    ['another host', { ...line, scheme: 'https', host: 'evil.example' }],
    ['a host that only begins so', { ...line, scheme: 'https', host: 'app.example.evil' }],
    ['another port', { ...line, scheme: 'https', host: 'app.example:8443' }],
    ['another scheme', { ...line, scheme: 'http' }],
    ['no scheme', line],
    ['no host', { ...line, scheme: 'https', host: undefined }],
    ['user information', { ...line, scheme: 'https', host: 'app.example@evil.example' }],
    ['control characters', { ...line, scheme: 'https', query: '?a=\r\nb' }],
    ['an endless query', { ...line, scheme: 'https', query: `?${'x'.repeat(3_000)}` }],
  ])('is none for %s', (_, asked) => {
    expect(signInAddress(settings, asked as typeof line)).toBeUndefined();
  });

  test('never leads to an origin that the tenant does not name', () => {
    const text = fc.string({ unit: fc.constantFrom(...'app.example@/\\:#?%{}$&443 \r\n') });
    fc.assert(
      fc.property(text, text, text, (host, path, query) => {
        const address = signInAddress(settings, { ...line, scheme: 'https', host, path, query });
        if (address === undefined) return;
        const { origin, searchParams } = new URL(address);
        expect(origin).toBe('https://login.example');
        expect(new URL(searchParams.get('rd') ?? '').origin).toBe('https://app.example');
      }),
      { numRuns: 2_000 },
    );
    const asked = { ...line, scheme: 'https', path: '/a', query: '?$&' } as const;
    expect(new URL(signInAddress(settings, asked) ?? '').searchParams.get('rd')).toBe(
      'https://app.example/a?$&',
    );
  });
});

test('the way to ask for access carries what was denied', () => {
  const question = { action: { name: 'read' }, resource: { type: 'database', id: 'a&b=c' } };
  const address = new URL(askAddress('https://broker.example', question, 'd1'));
  expect(address.pathname).toBe('/requests/new');
  expect(Object.fromEntries(address.searchParams)).toEqual({
    action: 'read',
    type: 'database',
    id: 'a&b=c',
    decision: 'd1',
  });
});
