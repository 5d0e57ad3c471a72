import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CompactRange, encodeEntry, encodeEntryBundle, leafHash } from '@sallyport/audit';
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

  test('of a segment that was cut short are there as far as it goes; of a compressed one, none', async () => {
    const cut = (first: number) =>
      `UPDATE log_segments SET entries = substring(entries FOR octet_length(entries) - 1)
       WHERE tenant_id = 'acme' AND first_index = ${first} AND unpacked_bytes IS ${first === 1 ? '' : 'NOT '}NULL`;
    await evidence.asOwner('ALTER TABLE log_segments DISABLE TRIGGER ALL', cut(1), cut(13));
    const found = async (indexes: readonly number[]) =>
      [...(await evidence.ports.reader.entriesAt('acme', indexes)).keys()].sort((a, b) => a - b);
    // Segments hold entries 0, 1 to 3, 4 to 12, 13 to 39.
    expect(await found([0, 1, 3, 5])).toEqual([0, 1, 5]);
    expect(await found([1, 2, 3])).toEqual([1, 2]);
    expect(await found([12, 13, 39, 40])).toEqual([12, 40]);
  });

  test('are those of a broker that was started before segments were compressed, too', async () => {
    await evidence.audit.append('globex', [sampleEntry(0)]);
    const later = [sampleEntry(1), sampleEntry(2)];
    const leaves = later.map((entry) => leafHash(encodeEntry({ ...entry })));
    const before = CompactRange.empty().append(leafHash(encodeEntry({ ...sampleEntry(0) })));
    const after = before.appendMany(leaves);
    const trees = [before, after].flatMap((tree) => [tree.root(), tree.toBytes()]);
    const answer = await evidence.database.rawTx('globex', (tx) =>
      tx.query('SELECT sallyport_log_extend($1, 1, $2, $3, $4, $5, 2, $6, $7) AS moved', [
        'globex',
        ...trees.map((bytes) => Buffer.from(bytes)),
        Buffer.concat(leaves),
        Buffer.from(encodeEntryBundle(later.map((entry) => encodeEntry({ ...entry })))),
      ]),
    );
    expect(answer).toEqual([{ moved: true }]);
    const found = await evidence.ports.reader.entriesAt('globex', [0, 1, 2]);
    expect([...found.values()].map((entry) => Buffer.from(entry).toString())).toEqual(
      [sampleEntry(0), ...later].map((entry) => Buffer.from(encodeEntry({ ...entry })).toString()),
    );
  });
});
