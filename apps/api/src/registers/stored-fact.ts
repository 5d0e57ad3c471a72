import type { EntityRecord, EntityRef, TenantSettings } from '@sallyport/contracts';
import type { ConsentDirective } from '@sallyport/consent';
import type { Grant } from '@sallyport/grants';
import type { Place, PostureRecord } from '@sallyport/risk';
import type { StoredPolicy } from '../policies/policy-store.ports.js';
import type { Pep, VersionedAccessRule } from './facts.ports.js';

/**
 * One fact as the database has it, decoded. `key` is the row's key; an absent `value` says that there is no such row
 * any more (for a policy: that no version is promoted).
 */
export type StoredFact =
  | { readonly kind: 'tenant'; readonly key: readonly []; readonly value: TenantSettings }
  | { readonly kind: 'pep'; readonly key: readonly [name: string]; readonly value?: StoredPep }
  | {
      readonly kind: 'entity';
      readonly key: readonly [type: string, id: string];
      readonly value?: EntityRecord;
    }
  | { readonly kind: 'device'; readonly key: readonly [id: string]; readonly value?: PostureRecord }
  | {
      readonly kind: 'consent';
      readonly key: readonly [id: string];
      readonly value?: ConsentDirective;
    }
  | {
      readonly kind: 'place';
      readonly key: readonly [subject: string];
      readonly value?: StoredPlace;
    }
  | { readonly kind: 'policy'; readonly key: readonly [id: string]; readonly value?: StoredPolicy }
  /** No decision reads it: the version's artifact is there, and likely to be promoted soon. */
  | {
      readonly kind: 'artifact';
      readonly key: readonly [version: string];
      readonly value?: undefined;
    }
  | {
      readonly kind: 'rule';
      readonly key: readonly [id: string];
      readonly value?: VersionedAccessRule;
    }
  | { readonly kind: 'grant'; readonly key: readonly [id: string]; readonly value?: StoredGrant }
  | {
      readonly kind: 'api-token';
      readonly key: readonly [id: string];
      readonly value?: StoredApiToken;
    };

export interface StoredPep {
  readonly pep: Pep;
  /** SHA-256 of the key; absent where the PEP authenticates otherwise. */
  readonly keyHash?: Uint8Array;
  /** Of the certificate it presents; absent where it authenticates otherwise. */
  readonly spiffeId?: string;
}

export interface StoredPlace {
  readonly subject: EntityRef;
  readonly place: Place;
}

export interface StoredGrant {
  readonly subject: EntityRef;
  readonly grant: Grant;
}

export interface StoredApiToken {
  readonly tokenHash: Uint8Array;
  readonly roles: readonly string[];
  readonly expiresAtMs: number;
}
