import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { encodeEntry } from '@sallyport/audit';
import fc from 'fast-check';
import { sampleEntry } from '../contract/audit-log.contract.js';
import { type EvidenceHarness, openEvidence } from '../support/evidence-harness.js';

describe('single entries of a log in segments of every length', () => {
  let evidence: EvidenceHarness;
  const SIZE = 300;
  const logged = Array.from({ length: SIZE }, (_, n) =>
    // From a few bytes to beyond what one byte of a length can say.
    sampleEntry(n, { text: 'x'.repeat((n * 37) % 700) }),
  );

  beforeAll(async () => {
    evidence = await openEvidence();
    let from = 0;
    for (let length = 1; from < SIZE; length = (length * 3) % 50) {
      await evidence.audit.append('acme', logged.slice(from, from + length));
      from += length;
    }
  });
  afterAll(() => evidence.close());

  test('are those that were logged, whichever are asked for together', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.nat(SIZE + 20), { maxLength: 40 }), async (indexes) => {
        const entries = await evidence.ports.reader.entriesAt('acme', indexes);
        const hashes = await evidence.ports.reader.leafHashesAt('acme', indexes);
        const there = indexes.filter((index) => index < SIZE).sort((a, b) => a - b);
        expect([...entries.keys()].sort((a, b) => a - b)).toEqual(there);
        expect([...hashes.keys()].sort((a, b) => a - b)).toEqual(there);
        for (const index of there) {
          const expected = Buffer.from(encodeEntry({ ...logged[index] }));
          expect(expected.equals(entries.get(index) ?? Buffer.of())).toBe(true);
          const stored = await evidence.ports.reader.leafHashes('acme', index, index + 1);
          expect(Buffer.from(stored).equals(hashes.get(index) ?? Buffer.of())).toBe(true);
        }
      }),
      { numRuns: 40 },
    );
  });

  test('of a segment that was cut short are there as far as it goes', async () => {
    await evidence.asOwner(
      'ALTER TABLE log_segments DISABLE TRIGGER ALL',
      `UPDATE log_segments SET entries = substring(entries FOR octet_length(entries) - 1) WHERE tenant_id = 'acme' AND first_index = 4`,
    );
    const found = async (indexes: readonly number[]) =>
      [...(await evidence.ports.reader.entriesAt('acme', indexes)).keys()].sort((a, b) => a - b);
    // The segment holds entries 4 to 12; one by one, and the whole of it.
    expect(await found([3, 12])).toEqual([3]);
    expect(await found([4, 5, 6, 7, 8, 9, 10, 11, 12])).toEqual([4, 5, 6, 7, 8, 9, 10, 11]);
  });
});
