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

function nested(levels: number): Record<string, unknown> {
  return levels === 1 ? { type: 'deny' } : { type: 'deny', provision: [nested(levels - 1)] };
}

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
    expect(directive(r4(provision))).toEqual({
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

  it('notes criteria that it does not evaluate', () => {
    const author = {
      role: { coding: [{ code: 'AUT' }] },
      reference: { reference: 'Practitioner/7' },
    };
    const provision = { type: 'permit', code: [], data: [], actor: [author] };
    expect(directive(r4(provision)).unsupported).toEqual(['code', 'data', 'actor.role']);
  });

  it.each<[string, string, unknown]>([
    ['not-an-object', '', null],
    ['not-an-object', '', []],
    ['not-an-object', '', 'Consent'],
    ['not-a-consent', 'resourceType', { resourceType: 'Patient' }],
    ['version-ambiguous', '', { resourceType: 'Consent', id: 'x', status: 'active' }],
    ['version-ambiguous', '', r4({ type: 'permit' }, { decision: 'permit' })],
    ['version-ambiguous', '', r4({ type: 'permit' }, { provision: [] })],
    [
      'not-a-privacy-consent',
      'scope',
      r4({ type: 'permit' }, { scope: { coding: [{ code: 'adr' }] } }),
    ],
    [
      'not-a-privacy-consent',
      'category',
      r5('permit', [], { category: [{ coding: [{ code: 'dnr' }] }] }),
    ],
    ['id-missing', 'id', r4({ type: 'permit' }, { id: '' })],
    ['status-invalid', 'status', r4({ type: 'permit' }, { status: 'Active' })],
    ['status-invalid', 'status', r4({ type: 'permit' }, { status: undefined })],
    ['patient-missing', 'patient', r4({ type: 'permit' }, { patient: { identifier: {} } })],
    ['patient-missing', 'subject', r5('permit', [], { subject: undefined })],
    ['date-missing', 'date', r5('permit', [], { date: undefined })],
    ['date-invalid', 'dateTime', r4({ type: 'permit' }, { dateTime: '2025-02-29' })],
    ['date-invalid', 'provision.period.end', r4({ type: 'permit', period: { end: 'soon' } })],
    [
      'period-invalid',
      'provision.period',
      r4({ type: 'permit', period: { start: '2026', end: '2025' } }),
    ],
    ['decision-missing', 'provision.type', r4({})],
    ['decision-missing', 'provision.type', r4({}, { provision: undefined })],
    ['decision-missing', 'decision', r5('', [])],
    ['decision-missing', 'provision.provision[0].type', r4({ type: 'permit', provision: [{}] })],
    ['type-invalid', 'provision.type', r4({ type: 'allow' })],
    ['type-invalid', 'provision.purpose', r4({ type: 'permit', purpose: 'TREAT' })],
    ['type-invalid', 'id', r4({ type: 'permit' }, { id: 7 })],
    ['not-an-object', 'provision.purpose[0]', r4({ type: 'permit', purpose: ['TREAT'] })],
    [
      'code-missing',
      'provision.purpose[0].code',
      r4({ type: 'permit', purpose: [{ display: 'x' }] }),
    ],
    [
      'code-missing',
      'provision.action[0].coding',
      r4({ type: 'permit', action: [{ text: 'read' }] }),
    ],
    ['reference-missing', 'provision.actor[0].reference', r4({ type: 'permit', actor: [{}] })],
    [
      'unsupported-modifier',
      'modifierExtension',
      r4({ type: 'permit' }, { modifierExtension: [{}] }),
    ],
    [
      'unsupported-modifier',
      'provision.modifierExtension',
      r4({ type: 'permit', modifierExtension: [{}] }),
    ],
    ['unsupported-modifier', 'implicitRules', r4({ type: 'permit' }, { implicitRules: 'x' })],
    ['too-long', 'id', r4({ type: 'permit' }, { id: 'x'.repeat(1001) })],
    [
      'too-many',
      'provision.purpose',
      r4({ type: 'permit', ...purposes(...Array(101).fill('TREAT')) }),
    ],
    [
      'too-many',
      'provision[66].provision[1]',
      r5('permit', Array(100).fill({ provision: [{}, {}] })),
    ],
    [
      'too-deep',
      'provision.provision[0].provision[0].provision[0].provision[0].provision[0]',
      r4(nested(6)),
    ],
  ])('refuses with %s at %j', (code, path, resource) => {
    expect(parseConsent(resource)).toEqual({ ok: false, error: { code, path } });
  });

  it('accepts five levels of provisions', () => {
    expect(parseConsent(r4(nested(5))).ok).toBe(true);
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
