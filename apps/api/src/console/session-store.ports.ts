import type { EntityRef } from '@sallyport/contracts';
import { SessionReader, type SessionCredential } from '../platform/http/credential.js';

export interface NewSession {
  readonly tenantId: string;
  readonly subject: EntityRef;
  readonly name: string;
  readonly email?: string;
  /** Which issuer vouched, for the log. */
  readonly issuer: string;
}

/**
 * Console sessions. Only the SHA-256 of a cookie is kept, and a session's roles are not: they follow the register,
 * so a person who leaves a group loses its powers at once.
 */
export abstract class SessionStore extends SessionReader {
  /** Starts a session, logged, and returns the cookie's value. */
  abstract start(session: NewSession): Promise<{ cookie: string; expiresAtMs: number }>;
  /** Ends a session, logged; ending one twice is no error. */
  abstract end(session: SessionCredential): Promise<void>;
  /** Called when a session ends in this process, so that its sockets close. Returns the unsubscribe function. */
  abstract onEnd(listener: (sessionHash: Uint8Array) => void): () => void;
}
