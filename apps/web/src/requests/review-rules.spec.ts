import { describe, expect, it } from '@jest/globals';
import { RULE } from '../../test-support/fixture-people.js';
import { requestErrors } from './request-rules.js';
import { reviewButton, reviewErrors, type ReviewDraft } from './review-rules.js';

const draft: ReviewDraft = {
  verdict: 'APPROVE',
  duration: '10 min',
  reason: 'On call',
  isUnknownAccepted: false,
};

describe('review form', () => {
  it('lets a shortened approval with a reason pass', () => {
    expect(reviewErrors(draft, 1_800, true)).toEqual({});
  });

  it('lets nobody lengthen what was asked for', () => {
    expect(reviewErrors({ ...draft, duration: '31 min' }, 1_800, true)).toEqual({
      duration: 'You may shorten the 30 min that was asked for, not lengthen it.',
    });
  });

  it('asks for a reason for either answer, and for no duration of a denial', () => {
    expect(
      reviewErrors({ ...draft, verdict: 'DENY', duration: 'nonsense', reason: ' ' }, 1_800, false),
    ).toEqual({
      reason: 'Say why you answer so.',
    });
  });

  it('asks for an extra tick when the effect is not known', () => {
    expect(reviewErrors(draft, 1_800, false)).toHaveProperty('isUnknownAccepted');
    expect(reviewErrors({ ...draft, isUnknownAccepted: true }, 1_800, false)).toEqual({});
  });

  it('names the effect on the button', () => {
    expect(reviewButton(draft, 'prod-db-reader', 1_800)).toBe('Approve prod-db-reader for 10 min');
    expect(reviewButton({ ...draft, verdict: 'DENY' }, 'prod-db-reader', 1_800)).toBe(
      'Deny prod-db-reader',
    );
  });
});

describe('form for a new request', () => {
  it('passes what the rule allows', () => {
    expect(
      requestErrors({ ruleId: RULE.id, duration: '30 min', reason: 'Compare the ledger' }, RULE),
    ).toEqual({});
  });

  it('says in text what is missing, too long or too short', () => {
    expect(requestErrors({ ruleId: '', duration: '', reason: '' }, undefined)).toEqual({
      ruleId: 'Choose the role that you need.',
      duration: 'Write how long you need it, for example 30 min.',
      reason: 'Say why.',
    });
    expect(requestErrors({ ruleId: RULE.id, duration: '5 h', reason: 'short' }, RULE)).toEqual({
      duration: 'This may last at most 4 h.',
      reason: 'Say why, in at least 10 characters; so far it has 5.',
    });
  });
});
