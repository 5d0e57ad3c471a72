import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  coding,
  directive,
  labels,
  purposes,
  r4,
  r5,
  recipient,
  TERMINOLOGY,
  TPO,
} from '../test/fixtures.js';
import { parseConsent } from './parse-consent.js';

describe('parseConsent', () => {
  it('reads an R4 resource', () => {
    const provision = {
      type: 'permit',
      period: { start: '2025', end: '2025-12-31' },
      ...purposes('TREAT'),
      ...recipient('Practitioner/7/_history/3'),
      ...labels('R'),
      class: [coding('Observation', 'http://hl7.org/fhir/resource-types')],
      action: [{ coding: [coding('access', `${TERMINOLOGY}/consentaction`)] }],
      dataPeriod: { start: '2022' },
      provision: [{ type: 'deny', purpose: [coding('X', 'https://example.org')] }],
    };
    expect(directive(r4(provision))).toStrictEqual({
      id: 'consent-r4',
      patientRef: 'Patient/42',
      status: 'active',
      fhirVersion: 'R4',
      recordedAtMs: Date.parse('2025-06-13T00:00:00Z'),
      baseDecision: 'permit',
      periodStartMs: Date.parse('2025-01-01T00:00:00Z'),
      periodEndMs: Date.parse('2026-01-01T00:00:00Z'),
      purposes: ['TREAT'],
      actors: ['Practitioner/7'],
      actions: ['access'],
      classes: ['Observation'],
      securityLabels: ['R'],
      dataStartMs: Date.parse('2022-01-01T00:00:00Z'),
      unsupported: [],
      exceptions: [
        {
          decision: 'deny',
          purposes: ['https://example.org|X'],
          actors: [],
          actions: [],
          classes: [],
          securityLabels: [],
          unsupported: [],
          exceptions: [],
        },
      ],
    });
  });

  it('reads an R5 resource, whose levels take turns', () => {
    const twin = r5('permit', [{ ...TPO, provision: [purposes('BTG')] }], {
      period: { end: '2027' },
    });
    expect(directive(twin)).toMatchObject({
      id: 'consent-r5',
      patientRef: 'Patient/42',
      fhirVersion: 'R5',
      baseDecision: 'permit',
      periodEndMs: Date.parse('2028-01-01T00:00:00Z'),
      purposes: [],
      exceptions: [{ decision: 'deny', exceptions: [{ decision: 'permit', purposes: ['BTG'] }] }],
    });
  });

  it('takes the decision from an opt-in or opt-out policy rule where the root has none', () => {
    const rule = (code: string) => ({
      policyRule: { coding: [coding(code, `${TERMINOLOGY}/v3-ActCode`)] },
    });
    expect(directive(r4({}, rule('OPTIN'))).baseDecision).toBe('permit');
    expect(directive(r4({}, rule('OPTOUT'))).baseDecision).toBe('deny');
    expect(directive(r4({ type: 'deny' }, rule('OPTIN'))).baseDecision).toBe('deny');
  });

  it('takes the date of the last update where the directive has none', () => {
    const { dateTime: _, ...undated } = r4({ type: 'permit' });
    const resource = { ...undated, meta: { lastUpdated: '2025-06-13T10:00:00.5Z' } };
    expect(directive(resource).recordedAtMs).toBe(Date.parse('2025-06-13T10:00:00.500Z'));
  });

  it('ignores elements without bearing on the decision, and null members', () => {
    const resource = r4({ type: 'permit', purpose: null }, { text: { div: '<div/>' }, note: 1 });
    expect(directive(resource).purposes).toEqual([]);
  });

  it('leaves an open end of a period open', () => {
    const r4Ends = directive(r4({ type: 'permit', period: { end: '2027' } }));
    const r5Starts = directive(r5('permit', [], { period: { start: '2025' } }));
    const names = ['periodStartMs', 'periodEndMs'];
    expect(names.map((name) => Object.hasOwn(r4Ends, name))).toEqual([false, true]);
    expect(names.map((name) => Object.hasOwn(r5Starts, name))).toEqual([true, false]);
  });

  it('takes an advance directive that is a privacy consent as well', () => {
    const category = ['dnr', '59284-0'].map((code) => ({ coding: [{ code }] }));
    expect(directive(r5('permit', [], { category })).baseDecision).toBe('permit');
  });

  it('takes an actor for a recipient when one of the codes of the role says so', () => {
    const role = { coding: [{ code: 'reader', system: 'https://example.org' }, { code: 'IRCP' }] };
    const actor = [{ role, reference: { reference: 'Practitioner/7' } }];
    expect(directive(r4({ type: 'permit', actor })).unsupported).toEqual([]);
  });

  it('notes criteria that it does not evaluate', () => {
    const author = {
      role: { coding: [{ code: 'AUT' }] },
      reference: { reference: 'Practitioner/7' },
    };
    const provision = { type: 'permit', code: [], data: [], actor: [author] };
    expect(directive(r4(provision)).unsupported).toEqual(['code', 'data', 'actor.role']);
  });

  it('answers any JSON with a directive or an error, never with an exception', () => {
    const wild = fc.jsonValue();
    const shaped = fc.dictionary(
      fc.constantFrom('type', 'decision', 'period', 'purpose', 'actor', 'provision', 'scope', 'id'),
      wild,
    );
    fc.assert(
      fc.property(wild, shaped, shaped, (value, changes, provision) => {
        expect(typeof parseConsent(value).ok).toBe('boolean');
        expect(typeof parseConsent(r4({ type: 'permit', ...provision }, changes)).ok).toBe(
          'boolean',
        );
        expect(typeof parseConsent(r5('permit', [provision], changes)).ok).toBe('boolean');
      }),
    );
  });
});
