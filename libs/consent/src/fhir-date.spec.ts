import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseFhirDate } from './fhir-date.js';

describe('parseFhirDate', () => {
  it.each([
    ['2024', '2024-01-01T00:00:00Z', '2025-01-01T00:00:00Z'],
    ['2024-02', '2024-02-01T00:00:00Z', '2024-03-01T00:00:00Z'],
    ['2024-12', '2024-12-01T00:00:00Z', '2025-01-01T00:00:00Z'],
    ['2024-02-29', '2024-02-29T00:00:00Z', '2024-03-01T00:00:00Z'],
    ['2024-12-31', '2024-12-31T00:00:00Z', '2025-01-01T00:00:00Z'],
    ['2024-05-01T10:20:30Z', '2024-05-01T10:20:30Z', '2024-05-01T10:20:31Z'],
    ['2024-05-01T00:30:00+05:30', '2024-04-30T19:00:00Z', '2024-04-30T19:00:01Z'],
    ['2024-05-01T23:30:00-02:00', '2024-05-02T01:30:00Z', '2024-05-02T01:30:01Z'],
    ['2024-05-01T10:20:30.1239Z', '2024-05-01T10:20:30.123Z', '2024-05-01T10:20:30.124Z'],
  ])('takes %s for the time from %s until just before %s', (text, start, end) => {
    expect(parseFhirDate(text)).toEqual({ startMs: Date.parse(start), endMs: Date.parse(end) });
  });

  it.each([
    '',
    '24',
    '0999',
    '02024',
    '2024-00',
    '2024-13',
    '2024-1',
    '2023-02-29',
    '2024-04-31',
    '2024-01-00',
    '2024-05-01T10:20Z',
    '2024-05-01T10:20:30',
    '2024-05-01T24:00:00Z',
    '2024-05-01T10:60:00Z',
    '2024-05-01T10:20:60Z',
    '2024-05-01T10:20:30+15:00',
    '2024-05-01 10:20:30Z',
    ' 2024',
    '2024\n',
    '２０２４',
  ])('refuses %j', (text) => {
    expect(parseFhirDate(text)).toBeUndefined();
  });

  it('agrees with the platform about every instant', () => {
    const date = fc.date({ min: new Date(0), max: new Date('9000-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(date, (at) => {
        const startMs = at.getTime();
        expect(parseFhirDate(at.toISOString())).toEqual({ startMs, endMs: startMs + 1 });
      }),
    );
  });
});
