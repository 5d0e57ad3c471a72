import { digestOf, isSameDigest } from '../platform/secret-digest.js';
import type { ApiTokenHolder, Pep } from './facts.ports.js';
import { SpiffeIndex } from './spiffe-index.js';
import type { StoredApiToken, StoredFact, StoredPep } from './stored-fact.js';

interface Held<T> {
  readonly hash: Uint8Array;
  readonly value: T;
}

/** Who presents a secret, over all tenants. Only hashes are held; the look-up by hash is followed by a constant-time compare. */
export class CredentialIndex {
  private readonly peps = new SecretIndex<Pep>();
  private readonly workloads = new SpiffeIndex();
  private readonly tokens = new SecretIndex<{ holder: ApiTokenHolder; expiresAtMs: number }>();

  pep(key: string): Pep | undefined {
    return this.peps.find(key);
  }

  pepBySpiffeId(spiffeId: string): Pep | undefined {
    return this.workloads.find(spiffeId);
  }

  apiToken(secret: string, nowMs: number): ApiTokenHolder | undefined {
    const found = this.tokens.find(secret);
    return found && nowMs < found.expiresAtMs ? found.holder : undefined;
  }

  put(tenantId: string, fact: StoredFact): void {
    if (fact.kind === 'pep') this.putPep(tenantId, fact.key[0], fact.value);
    if (fact.kind === 'api-token') this.putToken(tenantId, fact.key[0], fact.value);
  }

  removeTenant(tenantId: string): void {
    this.peps.removeOwner(tenantId);
    this.workloads.removeTenant(tenantId);
    this.tokens.removeOwner(tenantId);
  }

  private putPep(tenantId: string, name: string, stored: StoredPep | undefined): void {
    if (stored?.keyHash) this.peps.put(tenantId, name, { hash: stored.keyHash, value: stored.pep });
    else this.peps.remove(tenantId, name);
    if (stored?.spiffeId === undefined) this.workloads.remove(tenantId, name);
    else this.workloads.put(tenantId, name, stored.spiffeId, stored.pep);
  }

  private putToken(tenantId: string, tokenId: string, stored: StoredApiToken | undefined): void {
    if (!stored) return this.tokens.remove(tenantId, tokenId);
    const { roles, expiresAtMs, tokenHash } = stored;
    const value = { holder: { tenantId, tokenId, roles }, expiresAtMs };
    this.tokens.put(tenantId, tokenId, { hash: tokenHash, value });
  }
}

class SecretIndex<T> {
  private readonly byHash = new Map<string, Held<T>>();
  private readonly owned = new Map<string, Map<string, Held<T>>>();

  find(secret: string): T | undefined {
    const digest = digestOf(secret);
    const held = this.byHash.get(digest);
    return held && isSameDigest(digest, held.hash) ? held.value : undefined;
  }

  put(owner: string, name: string, held: Held<T>): void {
    this.remove(owner, name);
    this.byHash.set(keyOf(held), held);
    const names = this.owned.get(owner) ?? new Map<string, Held<T>>();
    this.owned.set(owner, names.set(name, held));
  }

  remove(owner: string, name: string): void {
    const names = this.owned.get(owner);
    const held = names?.get(name);
    if (!held) return;
    names?.delete(name);
    this.forget(held);
  }

  removeOwner(owner: string): void {
    for (const held of this.owned.get(owner)?.values() ?? []) this.forget(held);
    this.owned.delete(owner);
  }

  /** A secret may have passed to somebody else, whose change came first: then it stays theirs. */
  private forget(held: Held<T>): void {
    if (this.byHash.get(keyOf(held)) === held) this.byHash.delete(keyOf(held));
  }
}

function keyOf({ hash }: Held<unknown>): string {
  return Buffer.from(hash).toString('latin1');
}
