import { describe, expect, test } from '@jest/globals';
import type { Pep } from './facts.ports.js';
import { SpiffeIndex } from './spiffe-index.js';

const ID = 'spiffe://acme.example/ns/edge/sa/gateway';
const pep = (tenantId: string, name: string) => ({ tenantId, name }) as Pep;

describe('a SPIFFE ID', () => {
  test('names the enforcement point that was enrolled with it, until it is enrolled otherwise', () => {
    const index = new SpiffeIndex();
    const gateway = pep('acme', 'gateway');
    index.put('acme', 'gateway', ID, gateway);
    expect(index.find(ID)).toBe(gateway);
    expect(index.find(`${ID}s`)).toBeUndefined();
    index.put('acme', 'gateway', `${ID}-2`, gateway);
    expect([index.find(ID), index.find(`${ID}-2`)]).toEqual([undefined, gateway]);
    index.remove('acme', 'gateway');
    index.remove('acme', 'gateway');
    expect(index.find(`${ID}-2`)).toBeUndefined();
  });

  test('that two claim names nobody, and the one that is left when the other gives it up', () => {
    const index = new SpiffeIndex();
    const [ours, theirs] = [pep('acme', 'gateway'), pep('other', 'gateway')];
    index.put('acme', 'gateway', ID, ours);
    index.put('other', 'gateway', ID, theirs);
    expect(index.find(ID)).toBeUndefined();
    index.removeTenant('other');
    index.removeTenant('nobody');
    expect(index.find(ID)).toBe(ours);
  });
});
