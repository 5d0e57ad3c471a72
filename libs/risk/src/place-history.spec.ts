import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Place } from './place.js';
import { updatePlaceHistory } from './place-history.js';
import { assessTravel } from './travel.js';

const MINUTE = 60_000;
const home: Place = { country: 'DE', atMs: 100 * MINUTE };

function update(stored: Place | undefined, observed: Place) {
  return updatePlaceHistory(stored, observed, assessTravel(stored, observed));
}

describe('updatePlaceHistory', () => {
  it('keeps the first place that it sees', () => {
    expect(update(undefined, home)).toEqual({ baseline: home, changed: true });
  });

  it('writes nothing for the same country within five minutes', () => {
    const soon = { ...home, atMs: home.atMs + 5 * MINUTE };
    expect(update(home, soon)).toEqual({ baseline: home, changed: false });
  });

  it('refreshes the place after five minutes', () => {
    const later = { ...home, atMs: home.atMs + 5 * MINUTE + 1 };
    expect(update(home, later)).toEqual({ baseline: later, changed: true });
  });

  it('follows the subject over a border at once', () => {
    const abroad = { country: 'FR', atMs: home.atMs + MINUTE };
    expect(update(home, abroad)).toEqual({ baseline: abroad, changed: true });
  });

  it('follows the subject over a border within the same instant', () => {
    const abroad = { ...home, country: 'FR' };
    expect(update(home, abroad)).toEqual({ baseline: abroad, changed: true });
  });

  it.each([
    ['an anonymised place', { country: 'FR', atMs: home.atMs + MINUTE, anonymizer: true }],
    ['a place without position', { atMs: home.atMs + 10 * MINUTE }],
    ['a place that reached us late', { country: 'FR', atMs: home.atMs - 1 }],
    ['a time that is not a number', { country: 'FR', atMs: Number.NaN }],
  ])('never lets %s become the baseline', (_case, observed) => {
    expect(update(home, observed)).toEqual({ baseline: home, changed: false });
  });

  it('does not start with an anonymised place', () => {
    const observed = { ...home, anonymizer: true };
    expect(update(undefined, observed)).toEqual({ baseline: undefined, changed: false });
  });

  it('keeps calling a far place impossible on every further request from there', () => {
    let baseline: Place | undefined = home;
    for (let minute = 1; minute <= 60; minute += 1) {
      const far = { country: 'AU', atMs: home.atMs + minute * MINUTE };
      expect(assessTravel(baseline, far).verdict).toBe('impossible');
      ({ baseline } = update(baseline, far));
    }
    expect(baseline).toBe(home);
  });

  it('lets the subject arrive once the journey has become possible', () => {
    const arrived = { country: 'AU', atMs: home.atMs + 24 * 60 * MINUTE };
    expect(update(home, arrived)).toEqual({ baseline: arrived, changed: true });
  });

  it('never moves the baseline back in time nor to a place that could not be reached', () => {
    const country = fc.constantFrom('DE', 'FR', 'US', 'AU', 'ZZ');
    const step = fc.record({
      country,
      atMs: fc.nat(48 * 60 * MINUTE),
      anonymizer: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        let baseline: Place | undefined;
        for (const observed of steps) {
          const next = update(baseline, observed);
          expect(next.changed).toBe(next.baseline !== baseline);
          if (next.changed && baseline !== undefined) {
            expect(observed.atMs).toBeGreaterThanOrEqual(baseline.atMs);
            expect(assessTravel(baseline, observed).verdict).toBe('possible');
          }
          expect(next.baseline?.anonymizer ?? false).toBe(false);
          baseline = next.baseline;
        }
      }),
    );
  });
});
