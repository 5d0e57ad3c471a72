import { describe, expect, test } from '@jest/globals';
import type { Pep } from '../../registers/facts.ports.js';
import { workloadOf } from './workload.js';

const CART = 'spiffe://mesh/ns/shop/sa/cart';
const EDGE = 'spiffe://mesh/ns/edge/sa/gateway';
const pep = (...trusted: string[]) => ({ trustedProperties: new Set(trusted) }) as unknown as Pep;
const seen = (
  principal: string | undefined,
  xfcc: string | undefined,
  trustedHops = 0,
  trusted = pep('subject', 'xfcc'),
) => workloadOf(trusted, { principal, xfcc, trustedHops });

describe('the workload that called the proxy', () => {
  test('is the principal of the handshake', () => {
    expect(seen(CART, undefined)).toEqual({ spiffeId: CART, source: 'principal' });
    expect(seen(CART, `URI=${CART}`)).toEqual({ spiffeId: CART, source: 'principal' });
    expect(seen(CART, 'Hash=00;Subject=""')).toEqual({ spiffeId: CART, source: 'principal' });
  });

  test.each([undefined, '', 'cart.shop.svc', 'CN=cart,O=Acme', 'https://cart'])(
    'is nobody where the principal is %j',
    (principal) => {
      expect(seen(principal, undefined)).toBeUndefined();
    },
  );

  test('is refused where the principal is almost a SPIFFE ID', () => {
    expect(() => seen('spiffe://Mesh/ns/shop', undefined)).toThrow(/not a SPIFFE ID/);
  });

  test('is what the nearest proxy says in x-forwarded-client-cert, where it is trusted by name', () => {
    expect(seen(undefined, `URI=${EDGE},By=x;URI=${CART}`)).toEqual({
      spiffeId: CART,
      source: 'xfcc',
    });
    for (const untrusted of [pep('*'), pep('subject'), {} as Pep])
      expect(seen(undefined, `URI=${CART}`, 0, untrusted)).toBeUndefined();
    expect(seen(EDGE, 'broken', 0, pep('subject'))?.spiffeId).toBe(EDGE);
  });

  test('is nobody where that element has no URI, two, or one that is no SPIFFE ID', () => {
    for (const header of ['Hash=00', 'URI=', `URI=${CART};URI=${EDGE}`, 'URI=http://cart', ''])
      expect(seen(undefined, header)).toBeUndefined();
  });

  test('is refused where header and handshake disagree', () => {
    for (const header of [`URI=${EDGE}`, `URI=${CART};URI=${EDGE}`, `URI=${CART},URI=${EDGE}`])
      expect(() => seen(CART, header)).toThrow(/another principal/);
  });

  test('is found behind as many proxies as the configuration trusts, no more and no fewer', () => {
    const chain = `URI=spiffe://mesh/forged,URI=${CART},URI=${EDGE}`;
    expect(seen(EDGE, chain, 1)).toEqual({ spiffeId: CART, source: 'xfcc' });
    expect(() => seen(EDGE, `URI=${EDGE}`, 1)).toThrow(/lacks a proxy/);
    expect(() => seen(EDGE, '', 1)).toThrow(/lacks a proxy/);
    expect(() => seen(CART, chain, 1)).toThrow(/another principal/);
  });
});
