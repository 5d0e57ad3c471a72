import type { INestApplicationContext } from '@nestjs/common';
import { ExpiryService } from './access/index.js';
import { type ExpiryJob, ExpiryWorker } from './adapters/queue/expiry-queue.js';
import type { Adapters } from './app.adapters.js';
import { LogKeeper } from './evidence/index.js';
import type { Config } from './platform/config/index.js';
import type { FaultReporter } from './platform/fault-reporter.js';

/** The worker role: takes expiry jobs, builds the log's projection, signs checkpoints. */
export async function startWorker(
  app: INestApplicationContext,
  config: Config,
  adapters: Adapters,
  faults: FaultReporter,
): Promise<{ close(): Promise<void> }> {
  const expiry = app.get(ExpiryService, { strict: false });
  const keeper = app.get(LogKeeper, { strict: false });
  const queue = new ExpiryWorker(
    { databaseUrl: config.database.url, redisUrl: config.redis.url },
    (job) => handle(job, expiry, adapters),
    (event, error) => faults.report(event, error),
  );
  keeper.start();
  await queue.start();
  return {
    close: async () => {
      await queue.close();
      await keeper.stop();
    },
  };
}

async function handle(job: ExpiryJob, expiry: ExpiryService, { facts }: Adapters): Promise<void> {
  switch (job.kind) {
    case 'grant-end':
      return expiry.endGrant(job.tenantId, job.id);
    case 'request-deadline':
      return expiry.expireRequest(job.tenantId, job.id);
    case 'sweep':
      for (const tenantId of facts.tenantIds()) await expiry.sweep(tenantId);
  }
}
