import { describe, expect, test } from '@jest/globals';
import type { Facts, GrantFacts } from '@sallyport/contracts';
import fc from 'fast-check';
import { contributingGrants } from './contributing-grants.js';
import { tokenExpiry } from './token-expiry.js';

const NOW = 1_795_341_600;
const PART_MS = 500;
const end = fc.option(fc.integer({ min: -5_000, max: 5_000_000 }), { nil: undefined });

describe('a token', () => {
  test('never outlives anything that its permits rest on, nor the longest time the tenant allows', () => {
    const basis = fc.record({
      device: end,
      consent: end,
      authn: end,
      grants: fc.array(fc.integer({ min: 1, max: 5_000_000 }), { maxLength: 4 }),
      ttl: fc.option(fc.integer({ min: 1, max: 4_000 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(
        fc.array(basis, { minLength: 1, maxLength: 3 }),
        fc.integer({ min: 1, max: 3_600 }),
        (bases, maxTtl) => {
          const at = (ms: number) => NOW * 1_000 + ms;
          const nowMs = at(PART_MS);
          const ends = bases.flatMap(({ device, consent, authn, grants, ttl }) => [
            ...[device, consent, authn, ...grants].flatMap((ms) =>
              ms === undefined ? [] : [at(ms)],
            ),
            ...(ttl === undefined ? [] : [at(ttl * 1_000)]),
          ]);
          const expiry = tokenExpiry(
            bases.map((one) => basisOf(one, at)),
            nowMs,
            maxTtl,
          );
          for (const limit of [...ends, at(maxTtl * 1_000)]) {
            if (expiry !== undefined) expect(expiry * 1_000).toBeLessThanOrEqual(limit);
          }
          const earliest = Math.min(...ends, at(maxTtl * 1_000));
          expect(expiry === undefined).toBe(Math.floor(earliest / 1_000) * 1_000 < nowMs + 1_000);
          if (expiry !== undefined) expect(earliest - expiry * 1_000).toBeLessThan(1_000);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

describe('the grants that a permit rests on', () => {
  const grant = (id: string, endsAtMs: number): GrantFacts => ({
    id,
    role: { type: 'role', id },
    endsAtMs,
    breakGlass: false,
  });
  const has = (grants: readonly GrantFacts[], ...ids: string[]) =>
    ids.every((id) => grants.some((one) => one.id === id));

  test.each<[string, (grants: readonly GrantFacts[]) => boolean, string[]]>([
    ['none, where policy permits without', () => true, []],
    ['the one that it needs', (grants) => has(grants, 'a'), ['a']],
    ['both, where it needs both', (grants) => has(grants, 'a', 'c'), ['a', 'c']],
    ['the longer of two that suffice', (grants) => has(grants, 'a') || has(grants, 'b'), ['b']],
  ])('are %s', (_, isPermitted, expected) => {
    const grants = [grant('b', 2_000), grant('a', 1_000), grant('c', 3_000)];
    expect(
      contributingGrants(grants, isPermitted)
        .map(({ id }) => id)
        .sort(),
    ).toEqual(expected);
  });

  test('always suffice', () => {
    const ids = ['a', 'b', 'c', 'd'];
    const clauses = fc.array(fc.subarray(ids, { minLength: 1 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(clauses, fc.array(fc.nat(9), { minLength: 4, maxLength: 4 }), (rule, ends) => {
        const all = ids.map((id, index) => grant(id, ends[index] ?? 0));
        const isPermitted = (grants: readonly GrantFacts[]) =>
          rule.some((clause) => has(grants, ...clause));
        const kept = contributingGrants(all, isPermitted);
        expect(isPermitted(kept)).toBe(true);
        for (const one of kept)
          expect(isPermitted(kept.filter((other) => other !== one))).toBe(false);
      }),
    );
  });

  test('are all of them where there are too many to ask about', () => {
    const many = Array.from({ length: 17 }, (_, index) => grant(String(index), index));
    expect(contributingGrants(many, () => true)).toEqual(many);
  });
});

function basisOf(
  one: {
    device?: number | undefined;
    consent?: number | undefined;
    authn?: number | undefined;
    grants: number[];
    ttl?: number | undefined;
  },
  at: (ms: number) => number,
) {
  const facts = {
    ...(one.device === undefined ? {} : { device: { freshUntilMs: at(one.device) } }),
    ...(one.consent === undefined ? {} : { consent: { expiresAtMs: at(one.consent) } }),
    authn: one.authn === undefined ? {} : { expiresAtMs: at(one.authn) },
  } as Pick<Facts, 'device' | 'consent' | 'authn'>;
  const grants = one.grants.map((ms, index): GrantFacts => ({
    id: String(index),
    role: { type: 'role', id: 'r' },
    endsAtMs: at(ms),
    breakGlass: false,
  }));
  return { facts, grants, ...(one.ttl === undefined ? {} : { policyTtlSeconds: one.ttl }) };
}
