export type NoteErrorCode =
  /** The bytes are not a signed note, or the text can't become one. */
  | 'malformed-note'
  /** A vkey or key that can't be used, or two different keys with one name and id. */
  | 'malformed-key'
  /** Larger, or with more signatures, than anyone needs. */
  | 'too-large'
  /** A key that we know is named, but its signature is wrong: the whole note is worthless. */
  | 'bad-signature'
  /** Well-formed, but nobody whom we know signed it. */
  | 'no-known-signature';

/** Why a signed note, or a key for one, was refused. */
export class NoteError extends Error {
  override readonly name = 'NoteError';

  constructor(
    readonly code: NoteErrorCode,
    message: string,
  ) {
    super(message);
  }
}
