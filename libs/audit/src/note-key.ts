import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, concatBytes } from '@noble/hashes/utils.js';
import { decodeBase64, encodeBase64 } from './base64.js';
import { isWellFormed, utf8Encode } from './bytes.js';
import { NoteError } from './note-error.js';

/** Ed25519 over the note text, the one signature type that we make and check. C2SP signed-note, "Signature types". */
export const NOTE_ED25519 = 0x01;

/** A public key that may sign notes. Its name and id together say which key a signature claims to be from. */
export interface NoteKey {
  readonly name: string;
  /** Eight lower-case hex digits. */
  readonly keyId: string;
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
}

export const KEY_ID_BYTES = 4;
export const PUBLIC_KEY_BYTES = 32;
const MAX_NAME_LENGTH = 1024;
// Unicode's White_Space is JavaScript's \s plus U+0085; plus is the separator inside a vkey.
const FORBIDDEN_IN_NAME = /[\s\u0085+\u0000-\u001f\u007f]/u;
const VKEY = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/;

/** Whether the text may name a key: not empty, no white space, no plus, no control character. */
export function isKeyName(name: string): boolean {
  const fits = name.length > 0 && name.length <= MAX_NAME_LENGTH;
  return fits && isWellFormed(name) && !FORBIDDEN_IN_NAME.test(name);
}

/** Key id: first four bytes of SHA-256(name ‖ newline ‖ type ‖ public key), as hex. C2SP signed-note, "Signatures". */
export function noteKeyId(name: string, type: number, publicKey: Uint8Array): string {
  const digest = sha256(concatBytes(utf8Encode(`${name}\n`), Uint8Array.of(type), publicKey));
  return bytesToHex(digest.subarray(0, KEY_ID_BYTES));
}

/** An Ed25519 key as `name+keyId+base64(type ‖ key)`. Throws NoteError for a bad name or a key that has not 32 bytes. */
export function formatVkey(name: string, publicKey: Uint8Array): string {
  if (!isKeyName(name))
    throw new NoteError('malformed-key', 'the key name is empty or has a forbidden character');
  if (publicKey.length !== PUBLIC_KEY_BYTES) {
    throw new NoteError('malformed-key', 'an Ed25519 public key has 32 bytes');
  }
  const encoded = encodeBase64(concatBytes(Uint8Array.of(NOTE_ED25519), publicKey));
  return `${name}+${noteKeyId(name, NOTE_ED25519, publicKey)}+${encoded}`;
}

/** Reads a vkey. Throws NoteError when it is malformed, is not Ed25519, or its id does not belong to its key. */
export function parseVkey(vkey: string): NoteKey {
  const [, name, keyId, encoded] = VKEY.exec(vkey) ?? [];
  const typed = encoded === undefined ? undefined : decodeBase64(encoded);
  if (name === undefined || keyId === undefined || typed === undefined || !isKeyName(name)) {
    throw new NoteError('malformed-key', 'the key is not of the form name+id+base64');
  }
  const publicKey = typed.subarray(1);
  if (typed[0] !== NOTE_ED25519 || publicKey.length !== PUBLIC_KEY_BYTES) {
    throw new NoteError('malformed-key', 'only Ed25519 keys of signature type 1 are supported');
  }
  if (noteKeyId(name, NOTE_ED25519, publicKey) !== keyId) {
    throw new NoteError('malformed-key', 'the key id does not belong to the key');
  }
  return { name, keyId, publicKey };
}
