import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { anonymizerSignal } from './anonymizer.js';
import { newCountrySignal } from './new-country.js';
import { assessRisk } from './score.js';
import type { RiskReason, RiskSignal } from './signal.js';
import { unverifiedSubjectSignal } from './unverified-subject.js';

const allReasons: readonly RiskReason[] = [
  'impossible-travel',
  'anonymizer',
  'device-owner-mismatch',
  'device-unknown',
  'device-stale',
  'device-not-compliant',
  'new-country',
  'unverified-subject',
];
const signal: fc.Arbitrary<RiskSignal> = fc.record({
  reason: fc.constantFrom(...allReasons),
  mitigated: fc.boolean(),
});

describe('assessRisk', () => {
  it('finds no risk where there is no signal', () => {
    expect(assessRisk([undefined])).toEqual({ score: 0, level: 'low', reasons: [] });
  });

  it.each<[RiskReason, number, string]>([
    ['impossible-travel', 70, 'high'],
    ['device-owner-mismatch', 40, 'medium'],
    ['anonymizer', 25, 'low'],
    ['device-not-compliant', 25, 'low'],
    ['device-unknown', 20, 'low'],
    ['device-stale', 15, 'low'],
    ['new-country', 15, 'low'],
    ['unverified-subject', 10, 'low'],
  ])('scores %s alone at %i, which is %s', (reason, score, level) => {
    expect(assessRisk([{ reason }])).toEqual({ score, level, reasons: [reason] });
  });

  it('takes a mitigated impossible journey for medium', () => {
    const signals: RiskSignal[] = [{ reason: 'impossible-travel', mitigated: true }];
    expect(assessRisk(signals)).toMatchObject({ score: 35, level: 'medium' });
  });

  it('adds signals up, and calls 30 medium', () => {
    const signals: RiskSignal[] = [{ reason: 'new-country' }, { reason: 'device-stale' }];
    expect(assessRisk(signals)).toEqual({
      score: 30,
      level: 'medium',
      reasons: ['device-stale', 'new-country'],
    });
  });

  it('caps the score at 100', () => {
    expect(assessRisk(allReasons.map((reason) => ({ reason }))).score).toBe(100);
  });

  it('never scores less for more signals', () => {
    fc.assert(
      fc.property(fc.array(signal), fc.array(signal), (some, more) => {
        expect(assessRisk([...some, ...more]).score).toBeGreaterThanOrEqual(assessRisk(some).score);
      }),
    );
  });

  it('depends neither on the order of the signals nor on their repetition', () => {
    fc.assert(
      fc.property(fc.array(signal), (signals) => {
        const reordered = [...signals, ...signals].reverse();
        expect(assessRisk(reordered)).toEqual(assessRisk(signals));
      }),
    );
  });
});

describe('single signals', () => {
  it('reports a country that the subject was never seen in, but no first country', () => {
    expect(newCountrySignal('US', ['DE', 'FR'])).toEqual({ reason: 'new-country' });
    expect(newCountrySignal('DE', ['DE', 'FR'])).toBeUndefined();
    expect(newCountrySignal('US', [])).toBeUndefined();
    expect(newCountrySignal(undefined, ['DE'])).toBeUndefined();
  });

  it('reports an anonymised address only when it is known to be one', () => {
    expect(anonymizerSignal({ atMs: 0, anonymizer: true })).toEqual({ reason: 'anonymizer' });
    expect(anonymizerSignal({ atMs: 0 })).toBeUndefined();
  });

  it('reports a subject that nothing verified', () => {
    expect(unverifiedSubjectSignal(false)).toEqual({ reason: 'unverified-subject' });
    expect(unverifiedSubjectSignal(true)).toBeUndefined();
  });
});
