import cluster from 'node:cluster';
import { type Broker, startBroker } from '../broker.js';
import type { Config } from '../platform/config/index.js';
import type { MessageDown, MessageUp } from './messages.js';
import { MetricsExchange } from './metrics-exchange.js';

/** One of several must leave its primary time to end the others. */
const SHUTDOWN_MS = { alone: 18_000, oneOfSeveral: 12_000 } as const;
/** Who asks again within this time gets an answer that says where the connection ends. */
const QUIET_MS = 1_000;
/** Where others serve on: longer than most clients keep a connection that they don't use. */
const RETIRING_QUIET_MS = 5_000;

/** Runs a broker in this process until it is told to end, or the process that started it has gone. */
export async function runBrokerProcess(config: Config): Promise<void> {
  const isOneOfSeveral = cluster.isWorker;
  const exchange = new MetricsExchange(tell, () => broker.metrics());
  const broker = await startBroker(config, {
    // The doors of an instance are its decision processes'.
    listens: !isOneOfSeveral || config.roles.includes('main'),
    ...(isOneOfSeveral ? { instanceMetrics: () => exchange.ask() } : {}),
  });
  const stop = stopOnce(broker, isOneOfSeveral ? SHUTDOWN_MS.oneOfSeveral : SHUTDOWN_MS.alone);
  for (const signal of ['SIGTERM', 'SIGINT', 'disconnect'] as const)
    process.on(signal, () => stop(QUIET_MS));
  // A hang-up is the primary's business: it exchanges its processes.
  process.on('SIGHUP', () => (isOneOfSeveral ? undefined : stop(QUIET_MS)));
  process.on('message', (message: MessageDown) => {
    if (message.type === 'retire') stop(RETIRING_QUIET_MS);
    else if (isOneOfSeveral) exchange.take(message);
  });
  tell({ type: 'ready', url: broker.url });
}

function stopOnce(broker: Broker, shutdownMs: number): (quietMs: number) => void {
  let stopping = false;
  return (quietMs) => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), shutdownMs).unref();
    broker.close(quietMs).then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
}

function tell(message: MessageUp): void {
  if (process.connected) process.send?.(message);
}
