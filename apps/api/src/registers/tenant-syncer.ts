import type { CredentialIndex } from './credential-index.js';
import type { FactChange } from './facts.ports.js';
import type { ChangesSince, FactsSource } from './facts-source.ports.js';
import type { PolicySlots } from './policy-slots.js';
import type { StoredFact } from './stored-fact.js';
import { TenantRegister } from './tenant-register.js';

/** What all tenants of the process share. */
export interface SharedFacts {
  readonly tenants: Map<string, TenantRegister>;
  readonly credentials: CredentialIndex;
  readonly policies: PolicySlots;
  changed(change: FactChange): void;
}

/** Brings one tenant's register to what the database says now; one consistent state follows another. */
export async function syncTenant(
  tenantId: string,
  source: FactsSource,
  shared: SharedFacts,
): Promise<void> {
  const register = shared.tenants.get(tenantId);
  if (!register) return loadTenant(tenantId, source, shared);
  const since = await source.changesSince(tenantId, register.version);
  if (since.kind === 'reload') return loadTenant(tenantId, source, shared);
  if (since.kind === 'gone') return dropTenant(tenantId, shared);
  applyChanges(register, since, shared);
}

/** Forgets a tenant, its credentials first. */
export function dropTenant(tenantId: string, shared: SharedFacts): void {
  shared.credentials.removeTenant(tenantId);
  if (shared.tenants.delete(tenantId)) shared.changed({ tenantId, kind: 'tenant', key: [] });
}

function applyChanges(
  register: TenantRegister,
  { facts, requests, version }: Extract<ChangesSince, { kind: 'changes' }>,
  shared: SharedFacts,
): void {
  for (const fact of facts) {
    register.put(fact);
    shared.credentials.put(register.tenantId, fact);
    if (fact.kind === 'policy') shared.policies.promote(register, fact.value);
  }
  register.version = version;
  const { tenantId } = register;
  for (const { kind, key } of facts) shared.changed({ tenantId, kind, key });
  for (const id of requests) shared.changed({ tenantId, kind: 'request', key: [id] });
}

/** Builds the register aside, page by page, and puts it in place at once: decisions go on with the old one meanwhile. */
async function loadTenant(
  tenantId: string,
  source: FactsSource,
  shared: SharedFacts,
): Promise<void> {
  const fresh = new TenantRegister(tenantId);
  const secrets: StoredFact[] = [];
  let policy: Extract<StoredFact, { kind: 'policy' }> | undefined;
  const version = await source.load(tenantId, (facts) => {
    for (const fact of facts) {
      if (fact.kind === 'policy') policy = fact;
      else if (fact.kind === 'pep' || fact.kind === 'api-token') secrets.push(fact);
      else fresh.put(fact);
    }
  });
  if (version === undefined) return dropTenant(tenantId, shared);
  fresh.version = version;
  const previous = shared.tenants.get(tenantId);
  if (previous) fresh.succeed(previous);
  shared.policies.promote(fresh, policy?.value);
  shared.credentials.removeTenant(tenantId);
  for (const secret of secrets) shared.credentials.put(tenantId, secret);
  shared.tenants.set(tenantId, fresh);
  shared.changed({ tenantId, kind: 'tenant', key: [] });
}
