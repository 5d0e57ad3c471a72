import type { Pep } from './facts.ports.js';

/** Which enforcement point a SPIFFE ID names, over all tenants. Where two claim the same one, it names nobody. */
export class SpiffeIndex {
  /** The claims of an ID, by tenant and name. */
  private readonly claims = new Map<string, Map<string, Pep>>();
  private readonly ids = new Map<string, Map<string, string>>();

  find(spiffeId: string): Pep | undefined {
    const claims = this.claims.get(spiffeId);
    return claims?.size === 1 ? claims.values().next().value : undefined;
  }

  put(tenantId: string, name: string, spiffeId: string, pep: Pep): void {
    this.remove(tenantId, name);
    const claims = this.claims.get(spiffeId) ?? new Map<string, Pep>();
    this.claims.set(spiffeId, claims.set(claimOf(tenantId, name), pep));
    const names = this.ids.get(tenantId) ?? new Map<string, string>();
    this.ids.set(tenantId, names.set(name, spiffeId));
  }

  remove(tenantId: string, name: string): void {
    const spiffeId = this.ids.get(tenantId)?.get(name);
    if (spiffeId === undefined) return;
    this.ids.get(tenantId)?.delete(name);
    const claims = this.claims.get(spiffeId);
    claims?.delete(claimOf(tenantId, name));
    if (claims?.size === 0) this.claims.delete(spiffeId);
  }

  removeTenant(tenantId: string): void {
    for (const name of [...(this.ids.get(tenantId)?.keys() ?? [])]) this.remove(tenantId, name);
    this.ids.delete(tenantId);
  }
}

function claimOf(tenantId: string, name: string): string {
  return JSON.stringify([tenantId, name]);
}
