import { describe, expect, it } from '@jest/globals';
import { ed25519 } from '@noble/curves/ed25519.js';
import fc from 'fast-check';
import { flipBit, MemoryLog } from '../test/memory-log.js';
import { encodeBase64 } from './base64.js';
import { signCheckpoint } from './checkpoint.js';
import { merkleRoot } from './merkle.js';
import { inclusionPath } from './merkle-path.js';
import { formatVkey } from './note-key.js';
import { formatTlogProof, parseTlogProof, TlogProofError } from './tlog-proof.js';
import { verifyTlogProof } from './verify-tlog-proof.js';

const origin = 'sallyport.example/log/acme';
const privateKey = new Uint8Array(32).fill(9);
const vkey = formatVkey(origin, ed25519.getPublicKey(privateKey));
const log = MemoryLog.ofSize(300);
const signed = (size: number, signer = { name: origin, privateKey }): string =>
  signCheckpoint({ origin, size, root: merkleRoot(log.leaves(size)) }, signer);
const checkpoint = signed(300);
const fileFor = (index: number, size = 300, note = checkpoint): string =>
  formatTlogProof({ index, proof: inclusionPath(index, size, log.hashAt), checkpoint: note });
const ask = (proofText: string, entry: Uint8Array, more = {}) =>
  verifyTlogProof({ proofText, entry, vkey, origin, ...more });

const failure = (...args: Parameters<typeof ask>): string => {
  const verdict = ask(...args);
  return verdict.ok ? 'ok' : verdict.failedStep;
};

describe('.tlog-proof files', () => {
  it('have the form of C2SP tlog-proof', () => {
    const proof = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
    const extra = Uint8Array.of(1, 2, 3);
    expect(formatTlogProof({ index: 2, proof, checkpoint, extra })).toBe(
      `c2sp.org/tlog-proof@v1\nextra AQID\nindex 2\n${proof.map(encodeBase64).join('\n')}\n\n${checkpoint}`,
    );
    expect(formatTlogProof({ index: 0, proof: [], checkpoint })).toBe(
      `c2sp.org/tlog-proof@v1\nindex 0\n\n${checkpoint}`,
    );
  });

  it('read back as what was written', () => {
    const hash = fc.uint8Array({ minLength: 32, maxLength: 32 });
    const file = fc.record(
      {
        index: fc.maxSafeNat(),
        proof: fc.array(hash, { maxLength: 63 }),
        checkpoint: fc.constant(checkpoint),
        extra: fc.uint8Array(),
      },
      { requiredKeys: ['index', 'proof', 'checkpoint'] },
    );
    fc.assert(
      fc.property(file, (value) => {
        expect(parseTlogProof(formatTlogProof(value))).toEqual(value);
      }),
    );
  });

  const good = fileFor(5);
  it.each([
    ['nothing', ''],
    ['another first line', good.replace('@v1', '@v2')],
    ['no index', good.replace('index 5\n', '')],
    ['a leading zero', good.replace('index 5', 'index 05')],
    ['a negative index', good.replace('index 5', 'index -5')],
    ['extra data after the index', good.replace('index 5', 'index 5\nextra AQID')],
    ['extra data twice', good.replace('index', 'extra AQID\nextra AQID\nindex')],
    ['extra data that is not base64', good.replace('index', 'extra %\nindex')],
    ['a proof line that is too short', good.replace('index 5\n', 'index 5\nAQID\n')],
    ['a proof line that is not base64', good.replace('index 5\n', 'index 5\n%\n')],
    ['64 proof lines', good.replace('index 5\n', `index 5\n${`${'A'.repeat(43)}=\n`.repeat(64)}`)],
    ['carriage returns', good.replaceAll('\n', '\r\n')],
    ['no empty line', good.replace('\n\n', '\n').replace('\n\n', '\n')],
    ['no checkpoint', good.slice(0, good.indexOf('\n\n') + 2)],
    ['far too many characters', good + 'x'.repeat(2_000_000)],
  ])('are refused with %s', (_, text) => {
    expect(() => parseTlogProof(text)).toThrow(TlogProofError);
    expect(failure(text, log.entry(5))).toBe('file');
  });

  it('are not written for values that make none', () => {
    const proof = [new Uint8Array(32)];
    expect(() => formatTlogProof({ index: -1, proof, checkpoint })).toThrow(TlogProofError);
    expect(() => formatTlogProof({ index: 1, proof: [new Uint8Array(31)], checkpoint })).toThrow(
      TlogProofError,
    );
    expect(() =>
      formatTlogProof({
        index: 1,
        proof: new Array<Uint8Array>(64).fill(new Uint8Array(32)),
        checkpoint,
      }),
    ).toThrow(TlogProofError);
    expect(() => formatTlogProof({ index: 1, proof, checkpoint: '' })).toThrow(TlogProofError);
  });
});

describe('verifyTlogProof', () => {
  it('says yes in five steps for every kind of place in the tree', () => {
    for (const index of [0, 1, 255, 256, 298, 299]) {
      const verdict = ask(fileFor(index), log.entry(index), { expectedIndex: index });
      expect(verdict).toMatchObject({ ok: true, index, checkpoint: { origin, size: 300 } });
      expect(verdict.steps.map(({ name, ok }) => [name, ok])).toEqual(
        ['file', 'leaf', 'path', 'root', 'signature'].map((name) => [name, true]),
      );
      expect(verdict.steps.at(-1)?.detail).toContain(origin);
    }
  });

  it('takes the name in the key as the origin when none is given', () => {
    expect(verifyTlogProof({ proofText: fileFor(5), entry: log.entry(5), vkey }).ok).toBe(true);
  });

  it('says no to an entry, a proof or a root in which any bit changed', () => {
    const place = fc.nat({ max: 299 });
    fc.assert(
      fc.property(place, fc.nat({ max: 55 }), fc.nat({ max: 255 }), (index, entryBit, bit) => {
        const proof = inclusionPath(index, 300, log.hashAt);
        expect(failure(fileFor(index), flipBit(log.entry(index), entryBit))).toBe('root');
        proof.forEach((hash, i) => {
          const spoiled = formatTlogProof({
            index,
            proof: proof.with(i, flipBit(hash, bit)),
            checkpoint,
          });
          expect(failure(spoiled, log.entry(index))).toBe('root');
        });
      }),
      { numRuns: 50 },
    );
  });

  it('names the step at which a false claim breaks, and takes none after it', () => {
    const entry = log.entry(5);
    expect(failure(fileFor(5), entry, { expectedIndex: 6 })).toBe('file');
    expect(failure(fileFor(5).replace('index 5', 'index 300'), entry)).toBe('path');
    expect(failure(fileFor(5).replace('index 5', 'index 6'), entry)).toBe('root');
    expect(failure(fileFor(5, 299), entry)).toBe('root');
    expect(failure(fileFor(5).replace('\n300\n', '\n3000\n'), entry)).toBe('path');
    const verdict = ask(fileFor(5), log.entry(6));
    expect(verdict.steps.map(({ name, ok }) => [name, ok])).toEqual([
      ['file', true],
      ['leaf', true],
      ['path', true],
      ['root', false],
    ]);
  });

  it('says no when the checkpoint is not signed by the key that the asker trusts', () => {
    const forger = { name: origin, privateKey: new Uint8Array(32).fill(8) };
    expect(failure(fileFor(5, 300, signed(300, forger)), log.entry(5))).toBe('signature');
    expect(failure(fileFor(5).replace('\n300\n', '\n301\n'), log.entry(5))).toBe('signature');
    expect(failure(fileFor(5), log.entry(5), { origin: 'sallyport.example/log/other' })).toBe(
      'signature',
    );
    expect(failure(fileFor(5), log.entry(5), { vkey: 'no key' })).toBe('signature');
    expect(failure(fileFor(5).replace('\n\n— ', '\n\n- '), log.entry(5))).toBe('signature');
  });
});
