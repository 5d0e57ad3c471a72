import type { RegoSettings } from '@sallyport/contracts';
import type { FaultReporter } from '../../platform/fault-reporter.js';
import { type Judged, StepDenied } from '../decision-state.js';
import { RegoThread } from './rego-thread.js';

const SCRIPT = new URL('./rego.worker.js', import.meta.url);
/** Starting its thread included. Within the deadline of a decision. */
const DEADLINE_MS = 1_000;
const MAX_THREADS = 16;

/**
 * Compiled Rego as a further condition of a tenant: what Cedar permits must be permitted here too. Deny by either denies, and so
 * does a policy that fails, takes too long, or has no answer. Nothing is remembered from one question to the next.
 */
export class RegoConditions {
  private readonly threads = new Map<
    string,
    { readonly bundle: RegoSettings; readonly thread: RegoThread }
  >();

  constructor(
    private readonly faults: FaultReporter,
    private readonly script: URL = SCRIPT,
    private readonly deadlineMs = DEADLINE_MS,
  ) {}

  /** The same judgement, where the tenant's bundle permits it. Rejects with StepDenied otherwise. */
  async confirm(judged: Judged, tenantId: string, bundle: RegoSettings): Promise<Judged> {
    if (judged.by !== 'policy' || !judged.permitted) return judged;
    const { resolved, facts } = judged.state;
    const { subject, action, resource, context } = resolved;
    const input = { subject, action, resource, context, facts };
    let results: unknown;
    try {
      results = await this.threadOf(tenantId, bundle).evaluate(input);
    } catch (cause) {
      this.faults.report('rego-failed', cause);
      throw new StepDenied('rego-failed', { cause });
    }
    const result = resultIn(results);
    if (result === true) return judged;
    throw new StepDenied(result === false || result === undefined ? 'rego-deny' : 'rego-failed');
  }

  close(): void {
    for (const { thread } of this.threads.values()) thread.end(new Error('the broker stops'));
    this.threads.clear();
  }

  /** A bundle is the same object until the tenant changes. The thread that was used least recently makes room. */
  private threadOf(tenantId: string, bundle: RegoSettings): RegoThread {
    const known = this.threads.get(tenantId);
    this.threads.delete(tenantId);
    if (known && known.bundle === bundle && !known.thread.isOver) {
      this.threads.set(tenantId, known);
      return known.thread;
    }
    known?.thread.end(new Error('the Rego policy was replaced'));
    const [oldest] = this.threads.keys();
    if (oldest !== undefined && this.threads.size >= MAX_THREADS) {
      this.threads.get(oldest)?.thread.end(new Error('too many tenants have a Rego policy'));
      this.threads.delete(oldest);
    }
    const thread = new RegoThread(this.script, bundle, this.deadlineMs);
    this.threads.set(tenantId, { bundle, thread });
    return thread;
  }
}

/** The one result of the entrypoint; undefined where the policy leaves it undefined. */
function resultIn(results: unknown): unknown {
  if (!Array.isArray(results) || results.length > 1) return null;
  return (results[0] as { readonly result?: unknown } | undefined)?.result;
}
