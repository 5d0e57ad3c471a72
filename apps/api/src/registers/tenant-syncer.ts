import type { CredentialIndex } from './credential-index.js';
import type { FactChange } from './facts.ports.js';
import type { ChangesSince, FactsSource } from './facts-source.ports.js';
import type { NextPolicy, PolicySlots } from './policy-slots.js';
import { PartialRegisters } from './partial/partial-registers.js';
import type { LargeKind } from './partial/wanted.js';
import { inTurns, isPendingKind } from './pending-changes.js';
import type { StoredFact } from './stored-fact.js';
import { TenantRegister } from './tenant-register.js';

/** More changes than these, and than this share of the register: building it anew costs less. */
const WORTH_FOLLOWING = 20_000;
const SHARE_WORTH_FOLLOWING = 0.2;
/** As many are made in one turn. */
const FEW = 1_000;

/** What all tenants of the process share. */
export interface SharedFacts {
  readonly tenants: Map<string, TenantRegister>;
  readonly credentials: CredentialIndex;
  readonly policies: PolicySlots;
  /** How many items of a register a process holds at most. */
  readonly maxItems: number;
  changed(change: FactChange): void;
  catchUp(tenantId: string): Promise<void>;
}

/** Brings one tenant's register to what the database says now; one consistent state follows another. */
export async function syncTenant(
  tenantId: string,
  source: FactsSource,
  shared: SharedFacts,
): Promise<void> {
  const register = shared.tenants.get(tenantId);
  if (!register) return loadTenant(tenantId, source, shared);
  const maxChanges = Math.max(WORTH_FOLLOWING, register.live.size * SHARE_WORTH_FOLLOWING);
  const since = await source.changesSince(tenantId, register.version, maxChanges);
  if (since.kind === 'reload') return loadTenant(tenantId, source, shared);
  if (since.kind === 'gone') return dropTenant(tenantId, shared);
  await applyChanges(register, since, shared);
  // It grew since it was loaded: from now on a part of it is held.
  if (register.isWhole && register.live.largestSize > shared.maxItems)
    await loadTenant(tenantId, source, shared);
}

/** Forgets a tenant, its credentials first. */
export function dropTenant(tenantId: string, shared: SharedFacts): void {
  shared.credentials.removeTenant(tenantId);
  shared.policies.forget(tenantId);
  if (shared.tenants.delete(tenantId)) shared.changed({ tenantId, kind: 'tenant', key: [] });
}

/**
 * A policy version and the facts that were committed with it come into force together: an old policy on new facts may permit what neither version was
 * meant to. Its loading is waited for before any of them is put; publishing has every process load it before it is promoted.
 */
async function applyChanges(
  register: TenantRegister,
  { facts, requests, revokedTokens, version }: Extract<ChangesSince, { kind: 'changes' }>,
  { tenants, policies, credentials, changed }: SharedFacts,
): Promise<void> {
  const { tenantId } = register;
  const next = await nextPolicy(tenantId, facts, policies);
  if (register.isWhole && facts.length > FEW) await register.settled;
  const comeIntoForce =
    register.isWhole && facts.length > FEW
      ? await register.stage(facts.filter(isPendingKind))
      : undefined;
  // Dropped meanwhile: its credentials must not come back.
  if (tenants.get(tenantId) !== register) return;
  for (const fact of facts) {
    if (comeIntoForce && isPendingKind(fact)) continue;
    register.put(fact);
    credentials.put(tenantId, fact);
  }
  comeIntoForce?.();
  policies.putInForce(register, next);
  register.reached(version);
  await inTurns(facts, ({ kind, key }) => {
    if (kind !== 'artifact') changed({ tenantId, kind, key });
  });
  for (const id of requests) changed({ tenantId, kind: 'request', key: [id] });
  for (const jti of revokedTokens) changed({ tenantId, kind: 'token', key: [jti] });
}

function nextPolicy(
  tenantId: string,
  facts: readonly StoredFact[],
  policies: PolicySlots,
): Promise<NextPolicy> | NextPolicy {
  const promoted = facts.find((fact) => fact.kind === 'policy');
  if (promoted) return policies.prepare(tenantId, promoted.value);
  for (const { kind, key } of facts) if (kind === 'artifact') void policies.stage(tenantId, key[0]);
  return 'keep';
}

/** Builds the register aside, page by page, and puts it in place at once: decisions go on with the old one meanwhile. */
async function loadTenant(
  tenantId: string,
  source: FactsSource,
  shared: SharedFacts,
): Promise<void> {
  const { maxItems } = shared;
  const previous = shared.tenants.get(tenantId);
  let fresh = new TenantRegister(tenantId, previous && { previous });
  const secrets: StoredFact[] = [];
  let policy: Extract<StoredFact, { kind: 'policy' }> | undefined;
  const version = await source.load(tenantId, {
    ...(Number.isFinite(maxItems) && { maxItems }),
    begin: (tooLarge) => {
      if (tooLarge.size > 0) fresh = partialRegister(tenantId, tooLarge, source, shared);
    },
    page: (facts) => {
      for (const fact of facts) {
        if (fact.kind === 'policy') policy = fact;
        else if (fact.kind === 'pep' || fact.kind === 'api-token') secrets.push(fact);
        else fresh.put(fact);
      }
    },
  });
  if (version === undefined) return dropTenant(tenantId, shared);
  const next = await shared.policies.prepare(tenantId, policy?.value);
  fresh.version = version;
  if (previous) fresh.succeed(previous);
  shared.policies.putInForce(fresh, next);
  shared.credentials.removeTenant(tenantId);
  for (const secret of secrets) shared.credentials.put(tenantId, secret);
  shared.tenants.set(tenantId, fresh);
  shared.changed({ tenantId, kind: 'tenant', key: [] });
}

function partialRegister(
  tenantId: string,
  kinds: ReadonlySet<LargeKind>,
  source: FactsSource,
  { maxItems, catchUp }: SharedFacts,
): TenantRegister {
  const register: TenantRegister = new TenantRegister(tenantId, {
    partial: new PartialRegisters({
      kinds,
      maxItems,
      find: (wanted) => source.find(tenantId, wanted),
      reach: async (version) => {
        if (register.version < version) await catchUp(tenantId);
      },
    }),
  });
  return register;
}
