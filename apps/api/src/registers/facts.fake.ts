import type { EntityRef, TenantDefinition } from '@sallyport/contracts';
import type { PolicyEngine } from '@sallyport/policy';
import type { Place } from '@sallyport/risk';
import { CredentialIndex } from './credential-index.js';
import type { FactsProblem } from './facts-problem.js';
import { factsOf } from './facts-of.js';
import {
  FactsRegister,
  type ApiTokenHolder,
  type FactChange,
  type Pep,
  type TenantFacts,
} from './facts.ports.js';
import { PolicySlots } from './policy-slots.js';
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
  readonly problems: FactsProblem[] = [];
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
  }

  /** Adds, changes or (without a value) removes one fact. */
  put(tenantId: string, fact: StoredFact): void {
    const register = this.tenants.get(tenantId) ?? new TenantRegister(tenantId);
    register.put(fact);
    this.credentials.put(tenantId, fact);
    const { engine } = this.options;
    if (fact.kind === 'policy' && engine) {
      new PolicySlots(engine, (problem) => this.problems.push(problem)).promote(
        register,
        fact.value,
      );
    }
    register.version += 1;
    this.tenants.set(tenantId, register);
    for (const listener of this.listeners) listener({ tenantId, kind: fact.kind, key: fact.key });
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

  apiToken(secret: string): ApiTokenHolder | undefined {
    return this.credentials.apiToken(secret, this.nowMs());
  }

  catchUp(): Promise<void> {
    return Promise.resolve();
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

  private nowMs(): number {
    return this.options.nowMs?.() ?? Date.now();
  }
}
