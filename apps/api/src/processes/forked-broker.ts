import cluster, { type Worker } from 'node:cluster';
import type { MessageDown, MessageUp } from './messages.js';
import { MetricsExchange } from './metrics-exchange.js';
import type { BrokerProcess } from './process-slot.js';

/** A whole start, with all facts read into memory, may take this long. */
const READY_MS = 300_000;

/** A broker process of this instance. */
export interface ForkedBroker extends BrokerProcess {
  /** Its own metrics, in Prometheus' text format. */
  metrics(): Promise<string>;
}

/** Starts a process of this program with the given roles; it asks `instanceMetrics` for those of all. */
export function forkBroker(
  roles: 'main' | 'worker',
  instanceMetrics: () => Promise<string>,
): ForkedBroker {
  const worker = cluster.fork({ SALLYPORT_ROLES: roles });
  const send = (message: MessageDown) => {
    if (worker.isConnected()) worker.send(message);
  };
  const exchange = new MetricsExchange(send, instanceMetrics);
  worker.on('message', (message: MessageUp) => {
    if (message.type === 'metrics' || message.type === 'metrics-wanted') exchange.take(message);
  });
  // A message to a process that is just ending fails; that it ended is told by its exit.
  worker.on('error', () => undefined);
  return {
    pid: worker.process.pid ?? 0,
    ready: readiness(worker),
    exited: new Promise((resolve) => worker.once('exit', () => resolve())),
    stop: (areThereOthers) =>
      areThereOthers ? send({ type: 'retire' }) : void worker.process.kill('SIGTERM'),
    kill: () => void worker.process.kill('SIGKILL'),
    metrics: () => exchange.ask(),
  };
}

function readiness(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`not ready after ${READY_MS} ms`)), READY_MS);
    worker.on('message', (message: MessageUp) => {
      if (message.type === 'ready') resolve();
      if (message.type === 'failed') reject(new Error(message.message));
    });
    worker.once('exit', (code: number | null, signal: string | null) => {
      clearTimeout(late);
      reject(new Error(`it ended with ${signal ?? code}`));
    });
    worker.on('message', () => clearTimeout(late));
  });
}
