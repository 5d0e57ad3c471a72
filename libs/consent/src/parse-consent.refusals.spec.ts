import { describe, expect, it } from '@jest/globals';
import { purposes, r4, r5 } from '../test/fixtures.js';
import { parseConsent } from './parse-consent.js';

function nested(levels: number): Record<string, unknown> {
  return levels === 1 ? { type: 'deny' } : { type: 'deny', provision: [nested(levels - 1)] };
}

describe('what parseConsent refuses', () => {
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
});
