import { expect, test } from '@jest/globals';
import { once } from 'node:events';
import { getPriority } from 'node:os';
import { Worker } from 'node:worker_threads';

const built = new URL('../../apps/api/dist/platform/thread-priority.js', import.meta.url).href;
const isLinux = process.platform === 'linux';

test('a thread that steps behind leaves the other threads of its process where they are', async () => {
  const before = getPriority();
  const thread = new Worker(
    `const { getPriority } = require('node:os');
     import(${JSON.stringify(built)}).then(({ stepBehindDecisions }) => {
       stepBehindDecisions();
       require('node:worker_threads').parentPort.postMessage(getPriority());
     });`,
    { eval: true },
  );
  const [priority] = (await once(thread, 'message')) as [number];
  await thread.terminate();
  expect(priority).toBeGreaterThanOrEqual(isLinux ? 10 : before);
  expect(getPriority()).toBe(before);
});
