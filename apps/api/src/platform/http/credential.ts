import type { EntityRef } from '@sallyport/contracts';
import type { Pep } from '../../registers/facts.ports.js';

/** A person in the console. */
export interface SessionCredential {
  readonly kind: 'session';
  readonly tenantId: string;
  readonly subject: EntityRef;
  readonly name: string;
  readonly email?: string;
  readonly roles: readonly string[];
  readonly sessionHash: Uint8Array;
  readonly expiresAtMs: number;
}

/** Who presents a request: resolved before its body is read. */
export type Credential =
  | { readonly kind: 'pep'; readonly pep: Pep }
  | { readonly kind: 'admin' }
  | {
      readonly kind: 'api-token';
      readonly tenantId: string;
      readonly tokenId: string;
      readonly roles: readonly string[];
    }
  | SessionCredential;

/** Turns a session cookie into the session it names; undefined when it is unknown or over. */
export abstract class SessionReader {
  abstract find(cookie: string): Promise<SessionCredential | undefined>;
}

/** How the log names a credential. */
export function actorOf(credential: Credential): string {
  switch (credential.kind) {
    case 'pep':
      return `pep:${credential.pep.name}`;
    case 'admin':
      return 'admin:instance';
    case 'api-token':
      return `api-token:${credential.tokenId}`;
    case 'session':
      return `${credential.subject.type}:${credential.subject.id}`;
  }
}
