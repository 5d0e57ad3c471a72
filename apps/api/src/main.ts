import './platform/wasm-flags.js';
import cluster from 'node:cluster';
import { loadConfigOrExit } from './platform/config/index.js';

const config = loadConfigOrExit();
const isPrimary = cluster.isPrimary && config.workers > 1 && config.roles.includes('main');
try {
  // Imported apart: the primary of several processes serves nothing, and needs none of what they load.
  if (isPrimary) await (await import('./processes/primary.js')).runPrimary(config);
  else await (await import('./processes/broker-process.js')).runBrokerProcess(config);
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`sallyport: ${message}\n`);
  if (!process.send) process.exit(1);
  process.send({ type: 'failed', message }, undefined, {}, () => process.exit(1));
}
