import { describe, expect, it } from '@jest/globals';
import { directive, labels, purposes, query, r4, r5, recipient, TPO } from '../test/fixtures.js';
import { decideConsent } from './decide-consent.js';

describe('decideConsent', () => {
  const treat = (changes = {}) => directive(r4({ type: 'permit', ...TPO }, changes));
  const dissent = (changes = {}) => directive(r4({ type: 'deny', ...TPO }, changes));

  it('finds nothing where nothing was said', () => {
    const missing = { status: 'none', purpose: 'TREAT', reasons: ['consent-missing'] };
    expect(decideConsent([], query())).toEqual(missing);
    expect(decideConsent([treat()], query({ dataSubject: 'Patient/4' }))).toEqual(missing);
    expect(decideConsent([treat({ status: 'draft' })], query())).toEqual(missing);
  });

  it('says so when something was said, but not about this purpose or recipient', () => {
    const reasons = ['consent-missing', 'consent-not-covering'];
    expect(decideConsent([treat()], query({ purpose: 'HRESCH' }))).toMatchObject({
      status: 'none',
      reasons,
    });
    const narrow = directive(r4({ type: 'permit', ...recipient('Organization/research-house') }));
    expect(decideConsent([narrow], query({ actor: 'Organization/other' }))).toMatchObject({
      status: 'none',
      reasons,
    });
  });

  it('names the directive that permits or denies', () => {
    expect(decideConsent([treat()], query())).toEqual({
      status: 'permit',
      purpose: 'TREAT',
      directiveId: 'consent-r4',
      reasons: [],
    });
    expect(decideConsent([dissent()], query()).reasons).toEqual(['consent-denied']);
  });

  it('names everything that the question leaves open', () => {
    const narrow = directive(
      r4({ type: 'permit', ...recipient('Organization/research-house'), ...labels('N') }),
    );
    const { reasons } = decideConsent([narrow], query());
    expect(reasons).toEqual(['consent-undecided', 'actor-unknown', 'security-label-unknown']);
  });

  it('follows the directive recorded last, whichever way it goes', () => {
    const later = { id: 'later', dateTime: '2025-06-14' };
    expect(decideConsent([treat(), dissent(later)], query()).status).toBe('deny');
    expect(decideConsent([treat(later), dissent()], query()).status).toBe('permit');
  });

  it('follows the strictest of two directives recorded at one instant', () => {
    expect(decideConsent([treat(), dissent({ id: 'zz' })], query()).status).toBe('deny');
    expect(decideConsent([dissent({ id: 'zz' }), treat()], query()).status).toBe('deny');
  });

  it('lets an older directive speak where the last one does not', () => {
    const research = directive(
      r4({ type: 'deny', ...purposes('HRESCH') }, { id: 'later', dateTime: '2026-01-01' }),
    );
    expect(decideConsent([treat(), research], query()).directiveId).toBe('consent-r4');
  });

  it.each(['inactive', 'entered-in-error', 'rejected'])(
    'denies what was withdrawn (%s), even where an older directive permits',
    (status) => {
      const withdrawn = treat({ id: 'withdrawn', status, dateTime: '2026-01-01' });
      const decision = decideConsent([treat(), withdrawn], query());
      expect(decision).toEqual({
        status: 'deny',
        purpose: 'TREAT',
        directiveId: 'withdrawn',
        reasons: ['consent-withdrawn'],
      });
      expect(decideConsent([treat({ status })], query({ purpose: 'HRESCH' })).status).toBe('none');
    },
  );

  it('lets consent that is given again after a withdrawal stand', () => {
    const again = treat({ id: 'again', dateTime: '2026-01-01' });
    expect(decideConsent([treat({ status: 'inactive' }), again], query()).status).toBe('permit');
  });
});

describe('decideConsent over time', () => {
  const until = (end: string) => directive(r4({ type: 'permit', ...TPO, period: { end } }));

  it.each([
    ['2022', '2023-01-01T00:00:00Z'],
    ['2022-02', '2022-03-01T00:00:00Z'],
    ['2022-12-31', '2023-01-01T00:00:00Z'],
    ['2022-12-31T10:00:00+01:00', '2022-12-31T09:00:01Z'],
  ])('permits through the end of %s and not a moment longer', (end, boundary) => {
    const expiresAtMs = Date.parse(boundary);
    const last = decideConsent([until(end)], query({ nowMs: expiresAtMs - 1 }));
    expect(last).toMatchObject({ status: 'permit', expiresAtMs });
    const over = decideConsent([until(end)], query({ nowMs: expiresAtMs }));
    expect(over).toMatchObject({
      status: 'none',
      directiveId: 'consent-r4',
      reasons: ['consent-expired'],
    });
  });

  it('reads the period of an R5 directive at its top', () => {
    const twin = directive(r5('deny', [TPO], { period: { end: '2022-12-31' } }));
    expect(decideConsent([twin], query()).reasons).toEqual(['consent-expired']);
  });

  it('does not permit before the period begins', () => {
    const future = directive(r4({ type: 'permit', period: { start: '2026-03-02' } }));
    const reasons = ['consent-not-yet-effective'];
    expect(decideConsent([future], query())).toMatchObject({ status: 'none', reasons });
  });

  it('expires a permit where an exception begins, or a newer directive', () => {
    const excepted = directive(
      r4({ type: 'permit', provision: [{ type: 'deny', period: { start: '2026-03-05' } }] }),
    );
    const atException = Date.parse('2026-03-05T00:00:00Z');
    expect(decideConsent([excepted], query()).expiresAtMs).toBe(atException);
    expect(decideConsent([excepted], query({ nowMs: atException })).status).toBe('deny');
    const newer = directive(
      r4(
        { type: 'deny', period: { start: '2026-03-04' } },
        { id: 'newer', dateTime: '2026-02-01' },
      ),
    );
    expect(decideConsent([excepted, newer], query()).expiresAtMs).toBe(
      Date.parse('2026-03-04T00:00:00Z'),
    );
  });

  it('does not expire a permit for the sake of an exception that is about something else', () => {
    const other = { type: 'deny', ...purposes('HRESCH'), period: { start: '2026-03-05' } };
    const resource = r4({ type: 'permit', period: { end: '2026-04' }, provision: [other] });
    expect(decideConsent([directive(resource)], query()).expiresAtMs).toBe(
      Date.parse('2026-05-01T00:00:00Z'),
    );
  });
});
