import { ed25519 } from '@noble/curves/ed25519.js';
import { bytesToHex, concatBytes, hexToBytes } from '@noble/hashes/utils.js';
import { decodeBase64, encodeBase64 } from './base64.js';
import { equalBytes, isWellFormed, utf8Decode, utf8Encode } from './bytes.js';
import { NoteError } from './note-error.js';
import {
  isKeyName,
  KEY_ID_BYTES,
  NOTE_ED25519,
  type NoteKey,
  noteKeyId,
  parseVkey,
  PUBLIC_KEY_BYTES,
} from './note-key.js';

/** Who signs: with the 32-byte Ed25519 seed here, or elsewhere (a key store, a native implementation) through `sign`. */
export type NoteSigner =
  | { readonly name: string; readonly privateKey: Uint8Array }
  | {
      readonly name: string;
      readonly publicKey: Uint8Array;
      /** Pure Ed25519 (RFC 8032) over the message: 64 bytes. */
      readonly sign: (message: Uint8Array) => Uint8Array;
    };

/** A note whose signatures held. */
export interface VerifiedNote {
  /** What was signed, its last newline included. */
  readonly text: string;
  /** The known keys that signed, each once, in the order of their signatures. */
  readonly verified: readonly { readonly name: string; readonly keyId: string }[];
}

/** A note taken apart; nothing about it is verified. */
interface ParsedNote {
  readonly text: string;
  readonly signatures: readonly { name: string; keyId: string; signature: Uint8Array }[];
}

export const MAX_NOTE_BYTES = 1_000_000;
export const MAX_NOTE_SIGNATURES = 100;
const SIGNATURE_BYTES = 64;
const SIGNATURE_LINE = /^— ([^ ]+) ([^ ]+)$/u;
const CONTROL = /[\u0000-\u0009\u000b-\u001f]/;

/**
 * The text with an Ed25519 signature line, as a C2SP signed note. Throws NoteError when the text does not end in a
 * newline, has control characters or is too large, or the key is none.
 */
export function signNote(text: string, signer: NoteSigner): string {
  if (!text.endsWith('\n') || CONTROL.test(text) || !isWellFormed(text)) {
    throw new NoteError(
      'malformed-note',
      'a note text ends in a newline and has no control characters',
    );
  }
  if (!isKeyName(signer.name)) throw new NoteError('malformed-key', 'the key name is not valid');
  const message = utf8Encode(text);
  const { publicKey, signature } = signWith(signer, message);
  const keyId = hexToBytes(noteKeyId(signer.name, NOTE_ED25519, publicKey));
  const note = `${text}\n— ${signer.name} ${encodeBase64(concatBytes(keyId, signature))}\n`;
  if (utf8Encode(note).length > MAX_NOTE_BYTES)
    throw new NoteError('too-large', 'the note is too large');
  return note;
}

/**
 * Checks a signed note against the keys that the caller trusts (vkeys). Signatures of other keys are ignored. Throws
 * NoteError when the note is malformed or too large, when any signature of a trusted key fails, or when none of the
 * trusted keys signed. C2SP signed-note, "Signatures".
 */
export function verifyNote(note: string | Uint8Array, vkeys: readonly string[]): VerifiedNote {
  const known = keysById(vkeys);
  const { text, signatures } = parseNote(noteText(note));
  const message = utf8Encode(text);
  const verified = new Map<string, { name: string; keyId: string }>();
  for (const { name, keyId, signature } of signatures) {
    const id = `${name}+${keyId}`;
    const key = known.get(id);
    if (key === undefined) continue;
    if (!isSignature(signature, message, key.publicKey)) {
      throw new NoteError(
        'bad-signature',
        `the signature of ${name} (${keyId}) does not fit the text`,
      );
    }
    verified.set(id, { name, keyId });
  }
  if (verified.size === 0)
    throw new NoteError('no-known-signature', 'no trusted key has signed this note');
  return { text, verified: [...verified.values()] };
}

function signWith(
  signer: NoteSigner,
  message: Uint8Array,
): { publicKey: Uint8Array; signature: Uint8Array } {
  if ('privateKey' in signer) {
    const { privateKey } = signer;
    if (privateKey.length !== 32)
      throw new NoteError('malformed-key', 'an Ed25519 private key has 32 bytes');
    return {
      publicKey: ed25519.getPublicKey(privateKey),
      signature: ed25519.sign(message, privateKey),
    };
  }
  const { publicKey } = signer;
  const signature = signer.sign(message);
  // A log must never publish what its readers will refuse.
  if (!isSignature(signature, message, publicKey)) {
    throw new NoteError('bad-signature', 'the signer did not sign with the key it named');
  }
  return { publicKey, signature };
}

function isSignature(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean {
  // RFC 8032 rules, not ZIP-215: what other verifiers refuse must not pass here.
  return (
    signature.length === SIGNATURE_BYTES &&
    publicKey.length === PUBLIC_KEY_BYTES &&
    ed25519.verify(signature, message, publicKey, { zip215: false })
  );
}

function keysById(vkeys: readonly string[]): ReadonlyMap<string, NoteKey> {
  const keys = new Map<string, NoteKey>();
  for (const vkey of vkeys) {
    const key = parseVkey(vkey);
    const id = `${key.name}+${key.keyId}`;
    const other = keys.get(id);
    if (other !== undefined && !equalBytes(other.publicKey, key.publicKey)) {
      throw new NoteError('malformed-key', `two keys share the name and id ${id}`);
    }
    keys.set(id, key);
  }
  return keys;
}

/** The note as a string, bounded before anything else looks at it. */
function noteText(note: string | Uint8Array): string {
  if (note.length > MAX_NOTE_BYTES) throw new NoteError('too-large', 'the note is too large');
  const text = typeof note === 'string' ? note : utf8Decode(note);
  if (text === undefined || !isWellFormed(text)) {
    throw new NoteError('malformed-note', 'the note is not UTF-8');
  }
  if (CONTROL.test(text)) throw new NoteError('malformed-note', 'the note has control characters');
  return text;
}

function parseNote(note: string): ParsedNote {
  // The text may have empty lines itself: the last one separates it from the signatures.
  const split = note.lastIndexOf('\n\n');
  if (split === -1 || !note.endsWith('\n')) {
    throw new NoteError('malformed-note', 'the note has no signatures after an empty line');
  }
  const lines = note.slice(split + 2, -1).split('\n');
  if (lines.length > MAX_NOTE_SIGNATURES)
    throw new NoteError('too-large', 'the note has too many signatures');
  return { text: note.slice(0, split + 1), signatures: lines.map(parseSignatureLine) };
}

function parseSignatureLine(line: string): ParsedNote['signatures'][number] {
  const [, name, encoded] = SIGNATURE_LINE.exec(line) ?? [];
  const bytes = encoded === undefined ? undefined : decodeBase64(encoded);
  if (
    name === undefined ||
    bytes === undefined ||
    !isKeyName(name) ||
    bytes.length <= KEY_ID_BYTES
  ) {
    throw new NoteError('malformed-note', 'a signature line is not of the form "— name base64"');
  }
  const keyId = bytesToHex(bytes.subarray(0, KEY_ID_BYTES));
  return { name, keyId, signature: bytes.subarray(KEY_ID_BYTES) };
}
