import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { filterOf, readEntrySearch, searchOf, type EntrySearch } from './entry-filter.js';

const word = fc.stringMatching(/^[A-Za-z0-9:@._-]{1,40}$/);
const minute = fc
  .integer({ min: 0, max: 60 * 24 * 3_650 })
  .map((minutes) => new Date(Date.UTC(2020, 0, 1) + minutes * 60_000).toISOString().slice(0, 16));
const search: fc.Arbitrary<EntrySearch> = fc.record(
  {
    type: word,
    subject: word,
    action: word,
    resourceType: word,
    resourceId: word,
    decision: fc.constantFrom('permit' as const, 'deny' as const),
    reason: word,
    pep: word,
    grantId: word,
    requestId: word,
    policyVersion: word,
    from: minute,
    to: minute,
    text: word,
  },
  { requiredKeys: [] },
);

describe('log filter', () => {
  it('comes back the same from an address', () => {
    fc.assert(
      fc.property(search, (given) => {
        const address = new URLSearchParams(given as Record<string, string>).toString();
        expect(readEntrySearch(Object.fromEntries(new URLSearchParams(address)))).toEqual(given);
      }),
    );
  });

  it('comes back the same from the filter that the broker takes', () => {
    fc.assert(
      fc.property(search, (given) => {
        expect(searchOf(filterOf(given))).toEqual(given);
      }),
    );
  });

  it('leaves out of an address what is unknown, empty, too long or unreadable', () => {
    const address = {
      type: '',
      subject: 'x'.repeat(257),
      decision: 'maybe',
      from: 'yesterday',
      to: '2026-13-45T00:00',
      color: 'red',
      text: ' ledger ',
    };
    expect(readEntrySearch(address)).toEqual({ text: 'ledger' });
  });

  it('asks for times in UTC', () => {
    expect(filterOf({ from: '2026-11-22T06:00' })).toEqual({ from: '2026-11-22T06:00:00.000Z' });
  });
});
