import type { EntityRef, PolicyBundle, TenantDefinition } from '@sallyport/contracts';
import type { PolicyEngine } from '@sallyport/policy';
import type { Place } from '@sallyport/risk';
import { CredentialIndex } from './credential-index.js';
import { factsOf } from './facts-of.js';
import {
  FactsRegister,
  type ApiTokenHolder,
  type FactChange,
  type Pep,
  type TenantFacts,
} from './facts.ports.js';
import type { StoredFact } from './stored-fact.js';
import { TenantRegister } from './tenant-register.js';

export interface FakeFactsOptions {
  /** Without an engine no tenant has a policy. */
  readonly engine?: PolicyEngine;
  readonly nowMs?: () => number;
}

/** Facts for tests: the same indexes, filled by hand. Contract: test/contract/facts-register.contract.ts */
export class FakeFactsRegister extends FactsRegister {
  /** What `feedAgeMs()` says. */
  ageMs = 0;
  /** What was handed over to Cedar's own evaluator, oldest first. */
  readonly distrusted: { tenantId: string; version: string; sources: PolicyBundle }[] = [];
  /** Every place that would have been written, oldest first. */
  readonly storedPlaces: { tenantId: string; subject: EntityRef; place: Place }[] = [];
  private readonly credentials = new CredentialIndex();
  private readonly tenants = new Map<string, TenantRegister>();
  private readonly listeners = new Set<(change: FactChange) => void>();

  constructor(private readonly options: FakeFactsOptions = {}) {
    super();
  }

  /** Adds a tenant, or replaces it. */
  add(definition: TenantDefinition): void {
    const tenantId = definition.settings.name;
    this.credentials.removeTenant(tenantId);
    this.tenants.delete(tenantId);
    for (const fact of factsOf(definition, this.nowMs())) this.put(tenantId, fact);
    this.promote(tenantId, definition.policies);
  }

  /** Makes these policies the tenant's, if the engine takes them. */
  promote(tenantId: string, bundle: PolicyBundle): void {
    const register = this.tenants.get(tenantId);
    const { engine } = this.options;
    if (!register || !engine) return;
    const policy = engine.load(`${tenantId}/live`, bundle, 'live');
    const shadow = engine.load(`${tenantId}/shadow`, bundle, 'shadow');
    const isShadowed = [...shadow.annotations.values()].some(({ mode }) => mode !== 'enforce');
    register.policy = policy;
    register.shadow = isShadowed ? shadow : undefined;
    this.announce({ tenantId, kind: 'policy', key: [policy.version] });
  }

  /** Adds, changes or (without a value) removes one fact. */
  put(tenantId: string, fact: StoredFact): void {
    const register = this.tenants.get(tenantId) ?? new TenantRegister(tenantId);
    register.put(fact);
    this.credentials.put(tenantId, fact);
    if (fact.kind === 'policy' && !fact.value) register.policy = register.shadow = undefined;
    register.version += 1;
    this.tenants.set(tenantId, register);
    if (fact.kind !== 'artifact') this.announce({ tenantId, kind: fact.kind, key: fact.key });
  }

  tenant(tenantId: string): TenantFacts | undefined {
    return this.tenants.get(tenantId);
  }

  tenantIds(): readonly string[] {
    return [...this.tenants.keys()];
  }

  pepByKey(key: string): Pep | undefined {
    return this.credentials.pep(key);
  }

  pepBySpiffeId(spiffeId: string): Pep | undefined {
    return this.credentials.pepBySpiffeId(spiffeId);
  }

  apiToken(secret: string): ApiTokenHolder | undefined {
    return this.credentials.apiToken(secret, this.nowMs());
  }

  catchUp(): Promise<void> {
    return Promise.resolve();
  }

  stagePolicy(): Promise<void> {
    return Promise.resolve();
  }

  distrustPolicy(tenantId: string, version: string, sources: PolicyBundle): void {
    this.distrusted.push({ tenantId, version, sources });
  }

  feedAgeMs(): number {
    return this.ageMs;
  }

  recordPlace(tenantId: string, subject: EntityRef, observed: Place): void {
    const place = this.tenants.get(tenantId)?.sight(subject, observed);
    if (place) this.storedPlaces.push({ tenantId, subject, place });
  }

  onChange(listener: (change: FactChange) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private announce(change: FactChange): void {
    for (const listener of this.listeners) listener(change);
  }

  private nowMs(): number {
    return this.options.nowMs?.() ?? Date.now();
  }
}
