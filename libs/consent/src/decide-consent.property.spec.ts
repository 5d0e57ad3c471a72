import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { query } from '../test/fixtures.js';
import type { ConsentCriteria, ConsentDirective, ConsentException } from './consent-directive.js';
import type { ConsentQuery } from './consent-query.js';
import { decideConsent } from './decide-consent.js';

const DAY = 86_400_000;
const some = (...values: string[]) =>
  fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, fc.subarray(values));
const time = fc.integer({ min: 0, max: 10 }).map((day) => day * DAY);
const ruling = fc.constantFrom('permit' as const, 'deny' as const);
const actors = ['Practitioner/7', 'Organization/acme'];
const classes = ['Observation', 'Patient'];
const labels = ['N', 'R', 'PSY'];

const criteria: fc.Arbitrary<ConsentCriteria> = fc.record(
  {
    periodStartMs: time,
    periodEndMs: time,
    purposes: some('TREAT', 'ETREAT', 'BTG', 'HRESCH'),
    actors: some(...actors),
    actions: fc.constant([]),
    classes: some(...classes),
    securityLabels: some(...labels),
    unsupported: fc.constant([]),
  },
  { requiredKeys: ['purposes', 'actors', 'actions', 'classes', 'securityLabels', 'unsupported'] },
);
function exceptionsTo(depth: number): fc.Arbitrary<readonly ConsentException[]> {
  if (depth === 0) return fc.constant([]);
  const exception = fc
    .tuple(criteria, ruling, exceptionsTo(depth - 1))
    .map(([limits, decision, exceptions]) => ({ ...limits, decision, exceptions }));
  return fc.array(exception, { maxLength: 2 });
}

const directive: fc.Arbitrary<ConsentDirective> = fc
  .record({
    limits: criteria,
    id: fc.constantFrom('a', 'b', 'c'),
    status: fc.constantFrom('active', 'active', 'active', 'inactive', 'draft'),
    patientRef: fc.constantFrom('Patient/42', 'Patient/42', 'Patient/4'),
    recordedAtMs: time,
    baseDecision: ruling,
    exceptions: exceptionsTo(3),
  })
  .map(({ limits, ...rest }) => ({ ...limits, ...rest, fhirVersion: 'R4' as const }));
const directives = fc.array(directive, { maxLength: 4 });
const partialQuery: fc.Arbitrary<Partial<ConsentQuery>> = fc.record(
  {
    purpose: fc.constantFrom('TREAT', 'ETREAT', 'BTG', 'HRESCH', 'OTHER'),
    actor: fc.constantFrom(...actors, 'Practitioner/9'),
    resourceClass: fc.constantFrom(...classes),
    securityLabels: fc.subarray(labels),
    nowMs: time,
  },
  { requiredKeys: ['purpose', 'nowMs'] },
);
const completion = fc.record({
  actor: fc.constantFrom(...actors, 'Practitioner/9'),
  resourceClass: fc.constantFrom(...classes, 'Encounter'),
  securityLabels: fc.subarray(labels),
});
const runs = { numRuns: 2000 };

describe('decideConsent under any directives', () => {
  it('never permits or denies what saying more could turn around', () => {
    let decided = 0;
    fc.assert(
      fc.property(directives, partialQuery, completion, (all, asked, rest) => {
        const vague = decideConsent(all, query(asked));
        if (vague.status === 'unknown' || vague.reasons.includes('consent-withdrawn')) return;
        decided += 1;
        expect(decideConsent(all, query({ ...rest, ...asked })).status).toBe(vague.status);
      }),
      runs,
    );
    expect(decided).toBeGreaterThan(200);
  });

  it('is never undecided about a question that says everything', () => {
    fc.assert(
      fc.property(directives, partialQuery, completion, (all, asked, rest) => {
        expect(decideConsent(all, query({ ...rest, ...asked })).status).not.toBe('unknown');
      }),
      runs,
    );
  });

  it('permits only by an active directive of the data subject that is in its period', () => {
    fc.assert(
      fc.property(directives, partialQuery, (all, asked) => {
        const asking = query(asked);
        const decision = decideConsent(all, asking);
        if (decision.status !== 'permit') return;
        const able = all.filter(
          (each) =>
            each.id === decision.directiveId &&
            each.status === 'active' &&
            each.patientRef === 'Patient/42' &&
            (each.periodStartMs ?? 0) <= asking.nowMs &&
            asking.nowMs < (each.periodEndMs ?? Infinity),
        );
        expect(able).not.toHaveLength(0);
      }),
      runs,
    );
  });

  it('keeps permitting until the instant that it gave', () => {
    fc.assert(
      fc.property(directives, partialQuery, fc.nat(12), (all, asked, days) => {
        const asking = query(asked);
        const decision = decideConsent(all, asking);
        const laterMs = asking.nowMs + days * DAY;
        if (decision.status !== 'permit' || laterMs >= (decision.expiresAtMs ?? Infinity)) return;
        expect(decideConsent(all, { ...asking, nowMs: laterMs }).status).toBe('permit');
      }),
      runs,
    );
  });

  it('never permits once the last word is no, or was taken back', () => {
    const lastWord = fc.constantFrom(
      { status: 'active' as const, baseDecision: 'deny' as const },
      { status: 'inactive' as const, baseDecision: 'permit' as const },
    );
    fc.assert(
      fc.property(directives, partialQuery, lastWord, (all, asked, word) => {
        const last: ConsentDirective = {
          ...word,
          id: 'last',
          patientRef: 'Patient/42',
          fhirVersion: 'R4',
          recordedAtMs: 11 * DAY,
          purposes: [],
          actors: [],
          actions: [],
          classes: [],
          securityLabels: [],
          unsupported: [],
          exceptions: [],
        };
        expect(decideConsent([...all, last], query(asked)).status).toBe('deny');
      }),
      runs,
    );
  });
});
