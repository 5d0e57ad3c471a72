import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  type ExpiryJob,
  ExpiryWorker,
  QueueReminders,
} from '../../apps/api/src/adapters/queue/expiry-queue.js';
import { SteadyClock } from '../../apps/api/src/platform/clock.js';
import { type FlakyProxy, startFlakyProxy } from '../support/flaky-proxy.js';
import { createDatabase, type TestDatabase } from '../support/postgres.js';

describe('the queue, where the database ends connections', () => {
  const clock = new SteadyClock();
  const faults: string[] = [];
  const taken: string[] = [];
  let database: TestDatabase;
  let proxy: FlakyProxy;
  let worker: ExpiryWorker;
  let reminders: QueueReminders;
  beforeAll(async () => {
    database = await createDatabase();
    const url = new URL(database.url);
    proxy = await startFlakyProxy(Number(url.port));
    url.port = String(proxy.port);
    const options = { databaseUrl: url.href, redisUrl: undefined };
    const report = (event: string) => faults.push(event);
    worker = new ExpiryWorker(options, (job) => Promise.resolve(take(job)), report);
    reminders = new QueueReminders(options, clock, report);
    await worker.start();
  });
  afterAll(async () => {
    await worker.close();
    await reminders.close();
    await proxy.close();
    await database.drop();
  });

  function take(job: ExpiryJob): void {
    if (job.kind === 'grant-end') taken.push(job.id);
  }

  /** How long a reminder took to arrive, in milliseconds; one that could not be stored is given again. */
  async function arrived(id: string): Promise<number> {
    const atMs = performance.now();
    for (let attempt = 1; !taken.some((one) => one.startsWith(id)); attempt += 1) {
      await reminders.remindGrantEnd('acme', `${id}-${attempt}`, clock.nowMs());
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return performance.now() - atMs;
  }

  test('a connection that ends while it is being opened costs neither the process nor the queue', async () => {
    await arrived('before');
    for (const count of [1, 2, 5]) {
      proxy.cut();
      proxy.endWhenReady(count);
      await arrived(`ended-${count}`);
    }
    // All of them were used up, and the worker hears of jobs again, rather than finding them at its next look.
    proxy.endWhenReady(0);
    await arrived('after');
    expect(await arrived('soon')).toBeLessThan(2_000);
    expect(faults.length).toBeGreaterThan(0);
  });
});
