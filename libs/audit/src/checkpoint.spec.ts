import { describe, expect, it } from '@jest/globals';
import { ed25519 } from '@noble/curves/ed25519.js';
import fc from 'fast-check';
import { decodeBase64, encodeBase64 } from './base64.js';
import {
  CheckpointError,
  formatCheckpointBody,
  parseCheckpointBody,
  signCheckpoint,
  verifyCheckpoint,
} from './checkpoint.js';
import { emptyRoot } from './merkle.js';
import { NoteError } from './note-error.js';
import { formatVkey } from './note-key.js';
import { signNote } from './signed-note.js';

const origin = 'sallyport.example/log/acme';
const privateKey = new Uint8Array(32).fill(9);
const signer = { name: origin, privateKey };
const vkey = formatVkey(origin, ed25519.getPublicKey(privateKey));
const root = new Uint8Array(32).fill(5);
const ROOT = encodeBase64(root);

describe('checkpoints', () => {
  it('are three lines and read back as what was written, up to the largest size', () => {
    expect(formatCheckpointBody({ origin, size: 7, root })).toBe(`${origin}\n7\n${ROOT}\n`);
    const hash = fc.uint8Array({ minLength: 32, maxLength: 32 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), hash, (size, root) => {
        const read = parseCheckpointBody(formatCheckpointBody({ origin, size, root }));
        expect(read).toEqual({ origin, size, root, extensions: [] });
      }),
    );
  });

  it('keep the extension lines that others wrote', () => {
    expect(parseCheckpointBody(`${origin}\n7\n${ROOT}\none\ntwo\n`).extensions).toEqual([
      'one',
      'two',
    ]);
  });

  it.each([
    ['nothing', ''],
    ['two lines', `${origin}\n7\n`],
    ['no newline at the end', `${origin}\n7\n${ROOT}`],
    ['an empty origin', `\n7\n${ROOT}\n`],
    ['an empty extension line', `${origin}\n7\n${ROOT}\n\n`],
    ['an empty line between extensions', `${origin}\n7\n${ROOT}\na\n\nb\n`],
    ['a leading zero', `${origin}\n07\n${ROOT}\n`],
    ['a negative size', `${origin}\n-7\n${ROOT}\n`],
    ['a size with a plus', `${origin}\n+7\n${ROOT}\n`],
    ['a size in hexadecimal', `${origin}\n0x7\n${ROOT}\n`],
    ['a size with a fraction', `${origin}\n7.0\n${ROOT}\n`],
    ['a size beyond 2^53', `${origin}\n9007199254740992\n${ROOT}\n`],
    ['a root that is too short', `${origin}\n7\n${encodeBase64(root.subarray(1))}\n`],
    ['a root without padding', `${origin}\n7\n${ROOT.slice(0, -1)}\n`],
    ['a root with stray trailing bits', `${origin}\n7\n${ROOT.slice(0, -2)}V=\n`],
    ['an empty tree with another root', `${origin}\n0\n${ROOT}\n`],
  ])('are refused with %s', (_, text) => {
    expect(() => parseCheckpointBody(text)).toThrow(CheckpointError);
  });

  it('are not written for values that make none', () => {
    for (const bad of ['', 'a\nb', 'a\rb', '\ud800']) {
      expect(() => formatCheckpointBody({ origin: bad, size: 1, root })).toThrow(CheckpointError);
    }
    for (const size of [-1, 0.5, Number.NaN, 2 ** 53, 0]) {
      expect(() => formatCheckpointBody({ origin, size, root })).toThrow(CheckpointError);
    }
    expect(() => formatCheckpointBody({ origin, size: 1, root: new Uint8Array(31) })).toThrow(
      CheckpointError,
    );
  });

  it('verify when signed by the key of the log, the empty one too', () => {
    const note = signCheckpoint({ origin, size: 7, root }, signer);
    expect(verifyCheckpoint(note, vkey)).toMatchObject({
      origin,
      size: 7,
      root,
      verified: [{ name: origin }],
    });
    const empty = signCheckpoint({ origin, size: 0, root: emptyRoot() }, signer);
    expect(verifyCheckpoint(empty, vkey, origin).size).toBe(0);
  });

  it('do not verify for another log, although the key is the same', () => {
    const other = signCheckpoint({ origin: `${origin}-2`, size: 7, root }, signer);
    expect(() => verifyCheckpoint(other, vkey)).toThrow(CheckpointError);
    expect(() => verifyCheckpoint(other, vkey, origin)).toThrow(CheckpointError);
    expect(verifyCheckpoint(other, vkey, `${origin}-2`).origin).toBe(`${origin}-2`);
  });

  it('do not verify when size or root was changed, or when a signed text is no checkpoint', () => {
    const note = signCheckpoint({ origin, size: 7, root }, signer);
    expect(() => verifyCheckpoint(note.replace('\n7\n', '\n8\n'), vkey)).toThrow(NoteError);
    expect(() => verifyCheckpoint(signNote('hello\n', signer), vkey)).toThrow(CheckpointError);
    expect(() => verifyCheckpoint(signNote(`${origin}\n7\n${ROOT}\n\nx\n`, signer), vkey)).toThrow(
      CheckpointError,
    );
  });
});

describe('base64', () => {
  it('has one spelling for every byte string', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        expect(encodeBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
        expect(decodeBase64(encodeBase64(bytes))).toEqual(bytes);
      }),
    );
    expect(decodeBase64(encodeBase64(new Uint8Array(100_000).fill(7)))).toEqual(
      new Uint8Array(100_000).fill(7),
    );
  });

  it('refuses every other spelling', () => {
    for (const text of [
      'A',
      'AA',
      'AAA',
      'AA=',
      'A===',
      '====',
      'AAAA====',
      'AB==',
      'AAB=',
      ' AA==',
      'AA==\n',
      'AA=A',
      '-_==',
      'AA==AA==',
    ]) {
      expect(decodeBase64(text)).toBeUndefined();
    }
  });
});
