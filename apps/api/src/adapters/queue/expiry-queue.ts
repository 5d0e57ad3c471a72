import { z } from 'zod';
import { Reminders } from '../../access/index.js';
import type { Clock } from '../../platform/clock.js';
import {
  type JobQueue,
  type JobWorker,
  queueBackend,
  type QueueBackendOptions,
} from './queue-backend.js';

const QUEUE = 'expiry';
const SWEEP_EVERY_MS = 30_000;

const expiryJob = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('grant-end'), tenantId: z.string(), id: z.string() }),
  z.object({ kind: z.literal('request-deadline'), tenantId: z.string(), id: z.string() }),
  z.object({ kind: z.literal('sweep') }),
]);

/** Ids only: whoever takes the job reads the state again and checks again. */
export type ExpiryJob = z.output<typeof expiryJob>;

type Report = (event: string, error: unknown) => void;

/** Reminders in BullMQ. A reminder that cannot be stored is reported, not thrown: the sweep finds what it would have said. */
export class QueueReminders extends Reminders {
  private readonly queue: JobQueue;

  constructor(
    options: QueueBackendOptions,
    private readonly clock: Clock,
    private readonly report: Report,
  ) {
    super();
    this.queue = queueBackend(options).queue(QUEUE);
    this.queue.on('error', (error) => report('queue-error', error));
  }

  remindGrantEnd(tenantId: string, grantId: string, atMs: number): Promise<void> {
    return this.remind({ kind: 'grant-end', tenantId, id: grantId }, atMs);
  }

  remindRequestDeadline(tenantId: string, requestId: string, atMs: number): Promise<void> {
    return this.remind({ kind: 'request-deadline', tenantId, id: requestId }, atMs);
  }

  close(): Promise<void> {
    return this.queue.close();
  }

  private async remind(job: Exclude<ExpiryJob, { kind: 'sweep' }>, atMs: number): Promise<void> {
    try {
      await this.queue.add(job.kind, job, {
        jobId: `${job.kind}-${job.tenantId}-${job.id}`,
        delay: Math.max(0, atMs - this.clock.nowMs()),
      });
    } catch (error) {
      this.report('reminder-lost', error);
    }
  }
}

/** Takes expiry jobs, and sweeps every 30 s for what no reminder told. */
export class ExpiryWorker {
  private readonly worker: JobWorker;
  private readonly scheduler: JobQueue;

  constructor(
    options: QueueBackendOptions,
    private readonly handle: (job: ExpiryJob) => Promise<void>,
    report: Report,
  ) {
    const backend = queueBackend(options);
    this.scheduler = backend.queue(QUEUE);
    this.worker = backend.worker(QUEUE, (data) => this.handle(expiryJob.parse(data)));
    this.scheduler.on('error', (error) => report('queue-error', error));
    this.worker.on('error', (error) => report('queue-error', error));
    this.worker.on('failed', (_job, error) => report('expiry-failed', error));
  }

  async start(): Promise<void> {
    await this.worker.waitUntilReady();
    await this.scheduler.upsertJobScheduler(
      'sweep',
      { every: SWEEP_EVERY_MS },
      { name: 'sweep', data: { kind: 'sweep' } },
    );
  }

  /** Waits for the jobs in hand. Workers close before queues, so that a job may still enqueue. */
  async close(): Promise<void> {
    await this.worker.close();
    await this.scheduler.close();
  }
}
