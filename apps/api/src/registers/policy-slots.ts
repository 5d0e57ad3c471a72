import type { PolicyBundle } from '@sallyport/contracts';
import {
  PolicyRefusedError,
  type PolicyLoader,
  type PolicySets,
} from '../policies/policy-loader.js';
import type { StoredPolicy } from '../policies/policy-store.ports.js';
import { messageOf, type ReportProblem } from './facts-problem.js';
import type { TenantRegister } from './tenant-register.js';

/** A version on its way into force. */
export interface Promotion {
  readonly stored: StoredPolicy;
  readonly sets: PolicySets;
}

/** What the database says is in force, or `keep` where that cannot be: then the version before stays. */
export type NextPolicy = Promotion | 'none' | 'keep';

interface Loading extends Pick<Promotion, 'stored'> {
  readonly sets: Promise<PolicySets>;
}

/** Which policy version of each tenant decides in this process. Loading takes many turns of the event loop; taking over takes none. */
export class PolicySlots {
  private readonly loadings = new Map<string, Loading>();
  private readonly inForce = new Map<string, StoredPolicy>();
  /** Versions whose compiled form was wrong here, whatever the database says yet. */
  private readonly distrusted = new Set<string>();

  constructor(
    private readonly loader: PolicyLoader,
    private readonly report: ReportProblem,
  ) {}

  /** Loads a version that is likely to be promoted, so that its promotion has nothing to wait for. Never rejects. */
  async stage(tenantId: string, version: string): Promise<void> {
    const stored = this.trusted(tenantId, { id: version, engine: 'compiled' });
    if (isSame(this.inForce.get(tenantId), stored)) return;
    await this.loading(tenantId, stored).sets.catch(() => undefined);
  }

  /**
   * Loads what is to decide next. What cannot decide is reported and changes nothing: the version before stays in force, and where there is none the
   * tenant has no policy, which denies everything. Rejects when the version could not be read: then it is worth another try.
   */
  async prepare(tenantId: string, promoted: StoredPolicy | undefined): Promise<NextPolicy> {
    if (!promoted) return 'none';
    const stored = this.trusted(tenantId, promoted);
    if (isSame(this.inForce.get(tenantId), stored)) return 'keep';
    try {
      const sets = await this.loading(tenantId, stored).sets;
      // It may have lost trust while it was loaded.
      const isStill = isSame(this.trusted(tenantId, promoted), stored);
      return isStill ? { stored, sets } : await this.prepare(tenantId, promoted);
    } catch (error) {
      if (!(error instanceof PolicyRefusedError)) throw error;
      this.refuse(tenantId, stored.id, error);
      return 'keep';
    }
  }

  /** Between two decisions: nobody sees a part of one version and a part of another. */
  putInForce(register: TenantRegister, next: NextPolicy): void {
    if (next === 'keep') return;
    const { tenantId } = register;
    if (next === 'none') {
      this.inForce.delete(tenantId);
      register.policy = undefined;
      register.shadow = undefined;
      return;
    }
    const { stored, sets } = next;
    if (isSame(this.loadings.get(tenantId)?.stored, stored)) this.loadings.delete(tenantId);
    this.inForce.set(tenantId, stored);
    register.policy = sets.live;
    register.shadow = sets.shadow;
  }

  /** Hands a version in force over to Cedar's own evaluator, at once. Where that fails too nothing is left to decide, and everything is denied. */
  distrust(register: TenantRegister, version: string, bundle: PolicyBundle): void {
    const { tenantId } = register;
    this.distrusted.add(keyOf(tenantId, version));
    const inForce = this.inForce.get(tenantId);
    if (inForce?.id !== version || inForce.engine === 'cedar-wasm') return;
    try {
      const sets = this.loader.loadReference(tenantId, version, bundle);
      this.putInForce(register, { stored: { id: version, engine: 'cedar-wasm' }, sets });
    } catch (error) {
      this.putInForce(register, 'none');
      this.refuse(tenantId, version, error);
    }
  }

  forget(tenantId: string): void {
    this.loadings.delete(tenantId);
    this.inForce.delete(tenantId);
  }

  /** One at a time for each tenant: the engine takes over from one version what the next has in common with it. */
  private loading(tenantId: string, stored: StoredPolicy): Loading {
    const before = this.loadings.get(tenantId);
    if (before && isSame(before.stored, stored)) return before;
    const sets = Promise.resolve(before?.sets)
      .catch(() => undefined)
      .then(() => this.loader.load(tenantId, stored));
    const loading = { stored, sets };
    this.loadings.set(tenantId, loading);
    sets.catch(() => {
      if (this.loadings.get(tenantId) === loading) this.loadings.delete(tenantId);
    });
    return loading;
  }

  private trusted(tenantId: string, { id, engine }: StoredPolicy): StoredPolicy {
    return { id, engine: this.distrusted.has(keyOf(tenantId, id)) ? 'cedar-wasm' : engine };
  }

  private refuse(tenantId: string, policyVersion: string, error: unknown): void {
    this.report({ kind: 'policy-refused', tenantId, policyVersion, message: messageOf(error) });
  }
}

function isSame(a: StoredPolicy | undefined, b: StoredPolicy): boolean {
  return a?.id === b.id && a.engine === b.engine;
}

function keyOf(tenantId: string, version: string): string {
  return `${tenantId}/${version}`;
}
