import type { EntityRef } from '@sallyport/contracts';

/** Whom a verified token speaks of. */
export interface VerifiedToken {
  readonly subject: EntityRef;
  readonly issuer: string;
  readonly acr?: string;
  readonly amr?: readonly string[];
  /** Seconds since the epoch, as in the claim `auth_time`. */
  readonly authTime?: number;
  readonly expiresAtMs: number;
  readonly deviceId?: string;
}

/** RFC 8693 §3: the token types a subject may be proved with. */
export const SUBJECT_TOKEN_TYPES = [
  'urn:ietf:params:oauth:token-type:jwt',
  'urn:ietf:params:oauth:token-type:id_token',
  'urn:ietf:params:oauth:token-type:access_token',
] as const;

export const DEFAULT_SUBJECT_TOKEN_TYPE = SUBJECT_TOKEN_TYPES[0];
const [, ID_TOKEN] = SUBJECT_TOKEN_TYPES;

/**
 * Whether a token with this `typ` may prove a subject at all (RFC 8725 §3.11). Every other kind of JWT – a security event, a
 * proof of possession, a logout token, one of ours for another use – is refused, however well it is signed.
 */
export function isSubjectTokenTyp(typ: unknown, tokenType: string): boolean {
  if (typ === undefined) return true;
  if (typeof typ !== 'string') return false;
  switch (typ.toLowerCase().replace(/^application\//, '')) {
    case 'jwt':
      return true;
    case 'at+jwt':
      // RFC 9068 §2.1: an access token says so, and is never an ID token.
      return tokenType !== ID_TOKEN;
    default:
      return false;
  }
}
