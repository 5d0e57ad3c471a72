import type { EntityRef } from '@sallyport/contracts';
import type { FactChange, FactsRegister } from '../../registers/facts.ports.js';
import type { FaultReporter } from '../../platform/fault-reporter.js';
import type { TokenWatch } from '../steps/schedule-revocation.js';
import type { Recheck, TokenRevoker } from './token-revoker.js';

const RETRY_MS = 1_000;

/**
 * Turns changed facts into rechecks of the tokens that rest on them. Changes that come while a tenant is being checked wait and
 * are checked together; a check that fails is tried again, and until it succeeds introspection asks anew anyway.
 */
export class RevocationWatch implements TokenWatch {
  private readonly pending = new Map<string, Map<string, Recheck>>();
  private readonly running = new Map<string, Promise<void>>();
  private readonly retries = new Set<NodeJS.Timeout>();
  private unsubscribe: (() => void) | undefined;
  private revoker: TokenRevoker | undefined;

  constructor(
    private readonly facts: FactsRegister,
    private readonly faults: FaultReporter,
  ) {}

  /** Begins with everything: facts may have changed while no process was watching. */
  start(revoker: TokenRevoker): void {
    this.revoker = revoker;
    this.unsubscribe = this.facts.onChange((change) => {
      const recheck = recheckOf(change);
      if (recheck) this.add(change.tenantId, recheck);
    });
    for (const tenantId of this.facts.tenantIds()) this.add(tenantId, EVERYTHING);
  }

  /** Resolves when no check is under way any more. */
  async stop(): Promise<void> {
    this.unsubscribe?.();
    this.revoker = undefined;
    for (const timer of this.retries) clearTimeout(timer);
    await this.settled();
  }

  /** Resolves when every change known by now has been checked. */
  async settled(): Promise<void> {
    while (this.running.size > 0) await Promise.all(this.running.values());
  }

  recheck(tenantId: string, subject: EntityRef, ip?: string): void {
    const filter = { by: 'subject', subject } as const;
    this.add(tenantId, ip === undefined ? { filter } : { filter, ip });
  }

  private add(tenantId: string, recheck: Recheck): void {
    if (!this.revoker) return;
    const waiting = this.pending.get(tenantId) ?? new Map<string, Recheck>();
    this.pending.set(tenantId, waiting.set(JSON.stringify(recheck), recheck));
    if (this.running.has(tenantId)) return;
    this.begin(tenantId, this.revoker);
  }

  private begin(tenantId: string, revoker: TokenRevoker): void {
    const run = this.run(tenantId, revoker).finally(() => {
      this.running.delete(tenantId);
      // Something may have come between the last look and this moment.
      if (this.revoker && this.pending.has(tenantId)) this.begin(tenantId, this.revoker);
    });
    this.running.set(tenantId, run);
  }

  private async run(tenantId: string, revoker: TokenRevoker): Promise<void> {
    for (;;) {
      // What else changes in this turn is checked together.
      await new Promise((resolve) => setImmediate(resolve));
      const waiting = this.pending.get(tenantId);
      this.pending.delete(tenantId);
      if (!waiting || !this.revoker) return;
      for (const recheck of merged([...waiting.values()])) {
        await this.check(tenantId, recheck, revoker);
      }
    }
  }

  private async check(tenantId: string, recheck: Recheck, revoker: TokenRevoker): Promise<void> {
    try {
      await revoker.reevaluate(tenantId, recheck);
    } catch (error) {
      this.faults.report('token-recheck-failed', error);
      const timer = setTimeout(() => {
        this.retries.delete(timer);
        this.add(tenantId, recheck);
      }, RETRY_MS).unref();
      this.retries.add(timer);
    }
  }
}

const EVERYTHING: Recheck = { filter: { by: 'tenant' } };

/** Which tokens a changed fact may touch; undefined when none. */
export function recheckOf({ kind, key }: FactChange): Recheck | undefined {
  const [first = ''] = key;
  switch (kind) {
    case 'device':
      return { filter: { by: 'device', deviceId: first } };
    case 'grant':
      return { filter: { by: 'grant', grantId: first } };
    case 'place': {
      const subject = subjectOfKey(first);
      return subject ? { filter: { by: 'subject', subject } } : EVERYTHING;
    }
    case 'tenant':
    case 'policy':
    case 'entity':
    case 'consent':
      return EVERYTHING;
    default:
      return undefined;
  }
}

/** Checking everything covers every check that changes no address. */
function merged(rechecks: readonly Recheck[]): readonly Recheck[] {
  if (!rechecks.some(({ filter }) => filter.by === 'tenant')) return rechecks;
  return [EVERYTHING, ...rechecks.filter(({ ip }) => ip !== undefined)];
}

/** The key of a place is the JSON array of type and id. */
function subjectOfKey(key: string): EntityRef | undefined {
  try {
    const [type, id] = JSON.parse(key) as unknown[];
    return typeof type === 'string' && typeof id === 'string' ? { type, id } : undefined;
  } catch {
    return undefined;
  }
}
