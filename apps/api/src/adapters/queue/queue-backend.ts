import { createRedisBackend, type JobsOptions, withBackend } from 'bullmq';
import { postgresQueueBackend } from './postgres-queue-connection.js';

export interface QueueBackendOptions {
  readonly databaseUrl: string;
  /** Queues live in Redis when this is set, else in Postgres. */
  readonly redisUrl: string | undefined;
}

/** What we use of BullMQ's Queue, whichever store it stands on. */
export interface JobQueue {
  add(name: string, data: object, options: JobsOptions): Promise<unknown>;
  upsertJobScheduler(
    id: string,
    repeat: { readonly every: number },
    template: { readonly name: string; readonly data: object },
  ): Promise<unknown>;
  on(event: 'error', listener: (error: Error) => void): unknown;
  close(): Promise<void>;
}

/** What we use of BullMQ's Worker. */
export interface JobWorker {
  waitUntilReady(): Promise<unknown>;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'failed', listener: (job: unknown, error: Error) => void): unknown;
  close(): Promise<void>;
}

export interface QueueBackend {
  queue(name: string): JobQueue;
  worker(name: string, process: (data: unknown) => Promise<void>): JobWorker;
}

/** The same BullMQ on either store; callers cannot tell which. */
export function queueBackend(options: QueueBackendOptions): QueueBackend {
  return options.redisUrl === undefined
    ? onPostgres(options.databaseUrl)
    : onRedis(options.redisUrl);
}

function onPostgres(connectionString: string): QueueBackend {
  const { Queue, Worker } = withBackend(postgresQueueBackend(connectionString));
  const connection = connectionString;
  return {
    queue: (name) => new Queue<object>(name, { connection, defaultJobOptions: JOB_OPTIONS }),
    worker: (name, process) =>
      new Worker<object>(name, (job) => process(job.data), {
        connection,
        concurrency: CONCURRENCY,
      }),
  };
}

function onRedis(url: string): QueueBackend {
  const { Queue, Worker } = withBackend(createRedisBackend);
  // BullMQ's blocking reads want a connection that retries for ever.
  const connection = { url, maxRetriesPerRequest: null };
  return {
    queue: (name) =>
      new Queue<object>(name, {
        connection,
        defaultJobOptions: JOB_OPTIONS,
      }),
    worker: (name, process) =>
      new Worker<object>(name, (job) => process(job.data), {
        connection,
        concurrency: CONCURRENCY,
      }),
  };
}

const CONCURRENCY = 4;
const JOB_OPTIONS = {
  attempts: 8,
  backoff: { type: 'exponential', delay: 1_000 },
  removeOnComplete: { age: 3_600, count: 1_000 },
  removeOnFail: { age: 604_800, count: 1_000 },
};
