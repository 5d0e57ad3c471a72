import type { AuditLog } from '../../evidence/audit-log.ports.js';
import type { Clock } from '../../platform/clock.js';
import { TooManyRequestsError } from '../../platform/errors.js';
import type { FaultReporter } from '../../platform/fault-reporter.js';
import type { Admission } from '../../platform/http/admission.js';
import { newId } from '../../platform/ids.js';
import type { Pep } from '../../registers/facts.ports.js';
import { TokenBucket } from './token-bucket.js';

/** What holds for an enforcement point that declares nothing; undefined is no limit. */
export interface DefaultLimits {
  readonly perSecond?: number | undefined;
  readonly burst?: number | undefined;
}

interface Services {
  readonly auditLog: Pick<AuditLog, 'append'>;
  readonly clock: Clock;
  readonly faults: FaultReporter;
}

/** Requests of one enforcement point that were turned away and are not in the log yet. */
interface TurnedAway {
  readonly pep: Pep;
  readonly perSecond: number;
  readonly sinceMs: number;
  count: number;
}

const SUMMARY_EVERY_MS = 60_000;
/** Beyond so many in a minute they are only counted. */
const MAX_SUMMARIES = 1_000;

/**
 * Turns away an enforcement point that asks more often than it may: for every door, right after authentication. Buckets are of
 * this process, so that n processes admit n times as much; a changed definition begins with a full one. What is turned away is
 * no decision: it is counted, and the log says once a minute how often it happened.
 */
export class PepLimiter implements Admission {
  /** Requests turned away since the process started. */
  refused = 0;
  // A bucket goes with its PEP object: there are no more of them than enforcement points.
  private readonly buckets = new WeakMap<Pep, TokenBucket>();
  private readonly pending = new Map<string, TurnedAway>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly services: Services,
    private readonly defaults: DefaultLimits = {},
  ) {}

  /** Throws TooManyRequestsError. `nowMs` is of a clock that never goes back. */
  admit(pep: Pep, nowMs = performance.now()): void {
    const perSecond = pep.limits?.perSecond ?? this.defaults.perSecond;
    if (perSecond === undefined) return;
    const waitSeconds = this.bucketOf(pep, perSecond, nowMs).take(nowMs);
    if (waitSeconds === 0) return;
    this.refused += 1;
    this.remember(pep, perSecond);
    throw new TooManyRequestsError(
      `this enforcement point may ask ${perSecond} times in a second (limits.perSecond)`,
      { reason: 'rate-limited', retryAfterSeconds: Math.ceil(waitSeconds) },
    );
  }

  /** Writes what is not in the log yet, and nothing any more after it. */
  async stop(): Promise<void> {
    clearTimeout(this.timer);
    await this.summarize();
    clearTimeout(this.timer);
  }

  private bucketOf(pep: Pep, perSecond: number, nowMs: number): TokenBucket {
    const known = this.buckets.get(pep);
    if (known) return known;
    const burst = pep.limits?.burst ?? this.defaults.burst ?? Math.max(1, Math.ceil(perSecond));
    const bucket = new TokenBucket(perSecond, burst, nowMs);
    this.buckets.set(pep, bucket);
    return bucket;
  }

  private remember(pep: Pep, perSecond: number): void {
    const key = `${pep.tenantId}/${pep.name}`;
    const known = this.pending.get(key);
    if (known) known.count += 1;
    else if (this.pending.size < MAX_SUMMARIES) {
      this.pending.set(key, { pep, perSecond, sinceMs: this.services.clock.nowMs(), count: 1 });
    }
    this.timer ??= setTimeout(() => void this.summarize(), SUMMARY_EVERY_MS).unref();
  }

  private async summarize(): Promise<void> {
    this.timer = undefined;
    const all = [...this.pending.values()];
    this.pending.clear();
    await Promise.all(all.map((one) => this.append(one)));
  }

  private async append({ pep, perSecond, sinceMs, count }: TurnedAway): Promise<void> {
    const { auditLog, clock, faults } = this.services;
    const nowMs = clock.nowMs();
    try {
      await auditLog.append(pep.tenantId, [
        {
          type: 'pep.rate-limited',
          id: newId(nowMs),
          time: new Date(nowMs).toISOString(),
          actor: `pep:${pep.name}`,
          detail: { refused: count, since: new Date(sinceMs).toISOString(), perSecond },
        },
      ]);
    } catch (error) {
      faults.report('rate-limit-not-recorded', error);
    }
  }
}
