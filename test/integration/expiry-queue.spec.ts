import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  type ExpiryJob,
  ExpiryWorker,
  QueueReminders,
} from '../../apps/api/src/adapters/queue/expiry-queue.js';
import { SteadyClock } from '../../apps/api/src/platform/clock.js';
import { createDatabase, type TestDatabase } from '../support/postgres.js';

const clock = new SteadyClock();
const hasRedis = spawnSync('redis-server', ['--version']).status === 0;
if (!hasRedis) console.log('redis-server is not installed: the queue is tested on Postgres only');

describe.each([['Postgres'], ...(hasRedis ? [['Redis']] : [])])(
  'the expiry queue on %s',
  (store) => {
    let database: TestDatabase;
    let stopRedis = async (): Promise<void> => undefined;
    let reminders: QueueReminders;
    let worker: ExpiryWorker;
    const failures: unknown[] = [];
    const taken: { job: ExpiryJob; atMs: number }[] = [];
    let failOnce = true;

    beforeAll(async () => {
      database = await createDatabase();
      let redisUrl: string | undefined;
      if (store === 'Redis') ({ redisUrl, stop: stopRedis } = await startRedis());
      const options = { databaseUrl: database.url, redisUrl };
      const report = (_event: string, error: unknown) => failures.push(error);
      reminders = new QueueReminders(options, clock, report);
      worker = new ExpiryWorker(
        options,
        async (job) => {
          if (job.kind === 'request-deadline' && failOnce) {
            failOnce = false;
            throw new Error('first try fails');
          }
          taken.push({ job, atMs: clock.nowMs() });
        },
        report,
      );
      await worker.start();
    });
    afterAll(async () => {
      await worker.close();
      await reminders.close();
      await stopRedis();
      await database.drop();
    });

    const arrival = async (kind: ExpiryJob['kind']): Promise<{ job: ExpiryJob; atMs: number }> => {
      for (;;) {
        const found = taken.find(({ job }) => job.kind === kind);
        if (found) return found;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };

    test('hands a reminder over at its time, not before', async () => {
      const dueMs = clock.nowMs() + 700;
      await reminders.remindGrantEnd('acme', 'g1', dueMs);
      const { job, atMs } = await arrival('grant-end');
      expect(job).toEqual({ kind: 'grant-end', tenantId: 'acme', id: 'g1' });
      expect(atMs).toBeGreaterThanOrEqual(dueMs - 1);
    });

    test('tries again what failed', async () => {
      await reminders.remindRequestDeadline('acme', 'r1', clock.nowMs());
      expect((await arrival('request-deadline')).job).toMatchObject({ id: 'r1' });
      expect(failures).toContainEqual(expect.objectContaining({ message: 'first try fails' }));
    });

    test('sweeps without being asked', async () => {
      expect((await arrival('sweep')).job).toEqual({ kind: 'sweep' });
    });
  },
);

async function startRedis(): Promise<{ redisUrl: string; stop: () => Promise<void> }> {
  const port = 21_000 + (process.pid % 20_000);
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const server = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'ignore'] });
  for await (const chunk of server.stdout) {
    if (String(chunk).includes('Ready to accept connections')) break;
  }
  const stop = async (): Promise<void> => {
    const gone = once(server, 'exit');
    server.kill('SIGKILL');
    await gone;
  };
  return { redisUrl: `redis://127.0.0.1:${port}`, stop };
}
