import './platform/wasm-flags.js';
import { loadConfigOrExit } from './platform/config/index.js';
import { startBroker } from './broker.js';

const SHUTDOWN_MS = 18_000;

const config = loadConfigOrExit();
try {
  const broker = await startBroker(config);
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), SHUTDOWN_MS).unref();
    broker.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'disconnect'] as const) process.on(signal, stop);
  process.send?.({ type: 'ready', url: broker.url });
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`sallyport: ${message}\n`);
  if (!process.send) process.exit(1);
  process.send({ type: 'failed', message }, undefined, {}, () => process.exit(1));
}
