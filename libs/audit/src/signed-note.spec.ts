import { describe, expect, it } from '@jest/globals';
import { createPrivateKey, createPublicKey, sign as nodeSign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ed25519 } from '@noble/curves/ed25519.js';
import fc from 'fast-check';
import { vectorsDir } from '../../../test/support/vectors.js';
import { encodeBase64 } from './base64.js';
import { NoteError } from './note-error.js';
import { formatVkey, NOTE_ED25519, noteKeyId, parseVkey } from './note-key.js';
import { MAX_NOTE_BYTES, signNote, verifyNote } from './signed-note.js';

const key = (name: string, seed: number) => {
  const privateKey = new Uint8Array(32).fill(seed);
  const publicKey = ed25519.getPublicKey(privateKey);
  return { name, privateKey, publicKey, vkey: formatVkey(name, publicKey) };
};
const alice = key('example.com/alice', 1);
const bob = key('example.com/bob', 2);
const TEXT = 'first\n\nthird line: ü\n';
const note = signNote(TEXT, alice);
const signatureLine = (signed: string): string => `${signed.trimEnd().split('\n').at(-1) ?? ''}\n`;
const line = (name: string, blob: Uint8Array): string => `— ${name} ${encodeBase64(blob)}\n`;
const blobOf = (vkey: string, fill: number, length = 64): Uint8Array => {
  const id = Buffer.from(parseVkey(vkey).keyId, 'hex');
  return Uint8Array.from([...id, ...new Uint8Array(length).fill(fill)]);
};

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof NoteError) return error.code;
    throw error;
  }
  return 'accepted';
}

describe('keys of signed notes', () => {
  it('are written and read as name, id and key', () => {
    expect(parseVkey(alice.vkey)).toEqual({
      name: alice.name,
      keyId: noteKeyId(alice.name, NOTE_ED25519, alice.publicKey),
      publicKey: alice.publicKey,
    });
  });

  const [name, id, encoded] = alice.vkey.split('+') as [string, string, string];
  it.each([
    ['nothing', ''],
    ['two parts', `${name}+${id}`],
    ['an empty name', `+${id}+${encoded}`],
    ['a space in the name', `example.com alice+${id}+${encoded}`],
    ['a no-break space in the name', `example.com\u00a0alice+${id}+${encoded}`],
    ['a newline in the name', `example.com\nalice+${id}+${encoded}`],
    ['an id in capitals', `${name}+${id.toUpperCase()}+${encoded}`],
    ['an id that belongs to another key', `${name}+00000000+${encoded}`],
    ['a key under another name', `example.com/other+${id}+${encoded}`],
    [
      'a key of another type',
      `${name}+${id}+${encodeBase64(Uint8Array.of(4, ...alice.publicKey))}`,
    ],
    ['a short key', `${name}+${id}+${encodeBase64(Uint8Array.of(1, ...alice.publicKey.slice(1)))}`],
    ['no base64', `${name}+${id}+%%%%`],
    ['white space after it', `${alice.vkey}\n`],
  ])('are refused when they have %s', (_, vkey) => {
    expect(codeOf(() => parseVkey(vkey))).toBe('malformed-key');
  });

  it('can not be made with a bad name or a bad key', () => {
    for (const bad of [
      '',
      'a b',
      'a+b',
      'a\u2003b',
      'a\u0085b',
      'a\u0000b',
      '\ud800',
      'x'.repeat(1025),
    ]) {
      expect(codeOf(() => formatVkey(bad, alice.publicKey))).toBe('malformed-key');
      expect(codeOf(() => signNote(TEXT, { ...alice, name: bad }))).toBe('malformed-key');
    }
    expect(codeOf(() => formatVkey('a', new Uint8Array(31)))).toBe('malformed-key');
  });
});

describe('verifyNote', () => {
  it('gives the signed text and the key that signed it, from a string and from bytes', () => {
    const expected = {
      text: TEXT,
      verified: [{ name: alice.name, keyId: parseVkey(alice.vkey).keyId }],
    };
    expect(verifyNote(note, [bob.vkey, alice.vkey])).toEqual(expected);
    expect(verifyNote(new TextEncoder().encode(note), [alice.vkey, alice.vkey])).toEqual(expected);
  });

  it('lists every known key that signed, once', () => {
    const both = note + signatureLine(signNote(TEXT, bob)) + signatureLine(note);
    const { verified } = verifyNote(both, [bob.vkey, alice.vkey]);
    expect(verified.map((signer) => signer.name)).toEqual([alice.name, bob.name]);
  });

  it('ignores signatures of unknown keys, also when they share the name or the id with a known one', () => {
    const sameName = Uint8Array.from([1, 2, 3, 4, ...new Uint8Array(64)]);
    const others = line(alice.name, sameName) + line('example.com/else', blobOf(alice.vkey, 0));
    expect(
      verifyNote(note + others + line('x', Uint8Array.of(1, 2, 3, 4, 5)), [alice.vkey]).verified,
    ).toHaveLength(1);
    expect(codeOf(() => verifyNote(`${TEXT}\n${others}`, [alice.vkey]))).toBe('no-known-signature');
    expect(codeOf(() => verifyNote(note, [bob.vkey]))).toBe('no-known-signature');
    expect(codeOf(() => verifyNote(note, []))).toBe('no-known-signature');
  });

  it('rejects the whole note when any signature of a known key fails, even beside a good one of the same key', () => {
    for (const bad of [
      line(bob.name, blobOf(bob.vkey, 0)),
      line(alice.name, blobOf(alice.vkey, 0)),
    ]) {
      expect(codeOf(() => verifyNote(note + bad, [alice.vkey, bob.vkey]))).toBe('bad-signature');
    }
    for (const length of [1, 63, 65]) {
      const bad = line(alice.name, blobOf(alice.vkey, 0, length));
      expect(codeOf(() => verifyNote(note + bad, [alice.vkey]))).toBe('bad-signature');
    }
  });

  it('rejects a text in which any character changed', () => {
    fc.assert(
      fc.property(fc.nat({ max: TEXT.length - 2 }), (place) => {
        const changed = `${TEXT.slice(0, place)}~${TEXT.slice(place + 1)}${note.slice(TEXT.length)}`;
        expect(codeOf(() => verifyNote(changed, [alice.vkey]))).toBe('bad-signature');
      }),
    );
  });

  it.each([
    ['nothing', ''],
    ['only a text', TEXT],
    ['no signature', `${TEXT}\n`],
    ['no newline at the end', note.slice(0, -1)],
    ['a carriage return', note.replaceAll('\n', '\r\n')],
    ['a tab', `\t${note}`],
    ['a zero character', `\0${note}`],
    ['a lone surrogate', `\ud800${note}`],
    ['a hyphen for the dash', note.replace('— ', '- ')],
    ['a line that is no signature', `${note}hello\n`],
    ['two spaces', note.replace('— ', '—  ')],
    ['white space after the signature', `${note.slice(0, -1)} \n`],
    ['no key name', `${TEXT}\n${line('', blobOf(alice.vkey, 0))}`],
    ['a plus in a key name', `${TEXT}\n${line('a+b', blobOf(alice.vkey, 0))}`],
    ['a Unicode space in a key name', `${TEXT}\n${line('a\u2003b', blobOf(alice.vkey, 0))}`],
    ['an id without a signature', `${TEXT}\n${line(alice.name, blobOf(alice.vkey, 0, 0))}`],
    ['base64 without its padding', note.replace(/=*\n$/, '\n')],
  ])('rejects as malformed a note with %s', (_, malformed) => {
    expect(codeOf(() => verifyNote(malformed, [alice.vkey]))).toBe('malformed-note');
  });

  it('rejects bytes that are not UTF-8', () => {
    const bytes = Uint8Array.from([0xff, ...new TextEncoder().encode(note)]);
    expect(codeOf(() => verifyNote(bytes, [alice.vkey]))).toBe('malformed-note');
  });

  it('takes 100 signatures and a megabyte, and refuses more', () => {
    const other = line('x', Uint8Array.of(1, 2, 3, 4, 5));
    expect(codeOf(() => verifyNote(note + other.repeat(99), [alice.vkey]))).toBe('accepted');
    expect(codeOf(() => verifyNote(note + other.repeat(100), [alice.vkey]))).toBe('too-large');
    const room = MAX_NOTE_BYTES - new TextEncoder().encode(signNote('\n', alice)).length;
    const largest = signNote(`${'x'.repeat(room)}\n`, alice);
    expect(codeOf(() => verifyNote(largest, [alice.vkey]))).toBe('accepted');
    expect(
      codeOf(() => verifyNote(`x${largest}`.padEnd(MAX_NOTE_BYTES + 1, 'x'), [alice.vkey])),
    ).toBe('too-large');
    expect(codeOf(() => signNote(`${'x'.repeat(room + 1)}\n`, alice))).toBe('too-large');
  });
});

describe('signNote', () => {
  it('refuses a text that no verifier would take', () => {
    for (const text of ['', 'no newline', 'tab\t\n', 'cr\r\n', '\ud800\n']) {
      expect(codeOf(() => signNote(text, alice))).toBe('malformed-note');
    }
    expect(codeOf(() => signNote(TEXT, { ...alice, privateKey: new Uint8Array(31) }))).toBe(
      'malformed-key',
    );
  });

  it('may sign elsewhere, with the same result, and refuses a signer that used another key', () => {
    const der = Buffer.from(`302e020100300506032b657004220420${'01'.repeat(32)}`, 'hex');
    const native = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
    const raw = createPublicKey(native).export({ format: 'der', type: 'spki' }).subarray(-32);
    const sign = (message: Uint8Array) => new Uint8Array(nodeSign(null, message, native));
    expect(signNote(TEXT, { name: alice.name, publicKey: Uint8Array.from(raw), sign })).toBe(note);
    const mistaken = { name: bob.name, publicKey: bob.publicKey, sign };
    expect(codeOf(() => signNote(TEXT, mistaken))).toBe('bad-signature');
  });
});

const dir = vectorsDir();
(dir === undefined ? describe.skip : describe)('the example of C2SP signed-note', () => {
  const read = (kind: string) =>
    readFileSync(join(dir ?? '', 'merkle/signed-note', `c2sp-example.${kind}`), 'utf8');

  it('verifies, and its key reads back as it was written', () => {
    const vkey = read('vkey').trim();
    const { name, publicKey } = parseVkey(vkey);
    expect(formatVkey(name, publicKey)).toBe(vkey);
    expect(verifyNote(read('note'), [vkey])).toEqual({
      text: 'This is an example message.\n',
      verified: [{ name: 'example.com/foo', keyId: '530d903a' }],
    });
    expect(codeOf(() => verifyNote(read('note').replace('This', 'That'), [vkey]))).toBe(
      'bad-signature',
    );
  });
});
