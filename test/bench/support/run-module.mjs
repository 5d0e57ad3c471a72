/**
 * Runs one module and sends its result over IPC as `{ type: 'result', result }` or `{ type: 'failed', message }`. A process of its own:
 * what a measurement leaves on the heap, or an engine that aborts, touches no other. Arguments: the module's name, its options as JSON.
 */
import { createCleanup } from './cleanup.mjs';

const [name, settings] = process.argv.slice(2);
const cleanup = createCleanup();
let ended = false;

for (const signal of ['SIGINT', 'SIGTERM', 'disconnect'])
  process.on(signal, () => end({ type: 'failed', message: 'interrupted' }));
process.on('uncaughtException', (error) => end({ type: 'failed', message: error.stack }));
try {
  const { measure } = await import(`../${name}.mjs`);
  const say = (line) => console.log(`  ${name}: ${line}`);
  await end({ type: 'result', result: await measure({ ...JSON.parse(settings), cleanup, say }) });
} catch (error) {
  await end({ type: 'failed', message: error?.stack ?? String(error) });
}

async function end(message) {
  if (ended) return;
  ended = true;
  await cleanup.run();
  if (process.connected) process.send(message, () => process.exit());
  else process.exit();
}
