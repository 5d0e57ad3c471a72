import { describe, expect, it } from '@jest/globals';
import type { Evaluation, Facts } from '@sallyport/contracts';
import { reasonsFor } from './reasons.js';

const GRANT = { id: 'g', role: { type: 'role', id: 'r' }, endsAtMs: 2, breakGlass: false };
const FACTS: Facts = {
  nowMs: 1,
  authn: { method: 'token', verified: true },
  grants: [GRANT],
  missing: [],
  registerVersion: 1,
};
const DENY: Evaluation = {
  outcome: 'deny',
  determining: [],
  erroring: [],
  obligations: [],
  advice: [],
  controls: [],
};

describe('the reasons of an answer', () => {
  it('are short for a permit, whatever else is unknown', () => {
    const permit: Evaluation = {
      ...DENY,
      outcome: 'permit',
      determining: [{ id: 'p', effect: 'permit', reason: 'fine' }],
    };
    expect(reasonsFor(permit, { ...FACTS, grants: [], missing: ['device-unknown'] })).toEqual([
      'policy-permit',
    ]);
  });

  it('tell a rule that forbids from no rule that permits, and take over codes that policies name', () => {
    const forbid: Evaluation = {
      ...DENY,
      determining: [
        { id: 'b', effect: 'forbid', reason: 'impossible-travel' },
        { id: 'c', effect: 'forbid', reason: 'Not on Sundays' },
      ],
    };
    expect(reasonsFor(forbid, FACTS)).toEqual(['policy-forbid', 'impossible-travel']);
    expect(reasonsFor(DENY, FACTS)).toEqual(['no-matching-policy']);
  });

  it('say for a denial what is missing or wrong, once and in a fixed order', () => {
    const facts: Facts = {
      ...FACTS,
      grants: [{ ...GRANT, endsAtMs: 1 }],
      missing: ['grant-ended', 'country-unknown', 'consent-withdrawn', 'country-unknown'],
      device: { id: 'd', compliant: false, checkedAtMs: 0, freshUntilMs: 9 },
      risk: { score: 90, level: 'high', reasons: ['new-country', 'impossible-travel'] },
      consent: { status: 'none' },
    };
    expect(reasonsFor({ ...DENY, erroring: [{ id: 'p', message: 'x' }] }, facts)).toEqual([
      'no-matching-policy',
      'policy-error',
      'device-not-compliant',
      'country-unknown',
      'impossible-travel',
      'consent-missing',
      'consent-withdrawn',
      'grant-missing',
      'grant-ended',
    ]);
    expect(reasonsFor(DENY, { ...FACTS, consent: { status: 'deny' } })).toEqual([
      'no-matching-policy',
      'consent-denied',
    ]);
  });

  it('tell nobody to ask for a grant where nothing can be granted', () => {
    expect(reasonsFor(DENY, { ...FACTS, grants: [] })).toEqual([
      'no-matching-policy',
      'grant-missing',
    ]);
    expect(reasonsFor(DENY, { ...FACTS, grants: [] }, { isGrantable: false })).toEqual([
      'no-matching-policy',
    ]);
  });

  it('say why a question could not be evaluated', () => {
    expect(
      reasonsFor(
        { ...DENY, outcome: 'indeterminate', failure: { reason: 'request-invalid', message: 'x' } },
        FACTS,
      ),
    ).toEqual(['request-invalid']);
  });
});
