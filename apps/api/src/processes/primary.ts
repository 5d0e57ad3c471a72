import type { Logger } from 'pino';
import { collectDefaultMetrics, Counter, Registry } from 'prom-client';
import type { Config } from '../platform/config/index.js';
import { createLogger } from '../platform/logger.js';
import { forkBroker, type ForkedBroker } from './forked-broker.js';
import { type Exposition, mergeExpositions } from './merge-expositions.js';
import type { MessageUp } from './messages.js';
import { ProcessSlot } from './process-slot.js';

type Slot = ProcessSlot<ForkedBroker>;

/** The decision processes end first, for what they finish is still projected and signed; all within 18 s. */
const END_MS = { decide: 13_000, jobs: 4_000 } as const;

/**
 * An instance of several processes (ADR 13): decision processes on one port, and one that owns the jobs. It serves nothing itself:
 * it starts them, replaces those that die, exchanges them all on SIGHUP, and ends them.
 */
export class Primary {
  private readonly registry = new Registry();
  private readonly deaths = new Counter({
    name: 'sallyport_process_faults_total',
    help: 'Processes of this instance that ended by themselves or did not start, by event.',
    labelNames: ['event'],
    registers: [this.registry],
  });
  private readonly jobs: Slot | undefined;
  private readonly deciding: readonly Slot[];
  private exchanging: Promise<void> | undefined;
  private stopping: Promise<void> | undefined;

  private constructor(
    config: Config,
    private readonly logger: Logger,
    private readonly gaveUp: (error: Error) => void,
  ) {
    collectDefaultMetrics({ register: this.registry });
    this.jobs = config.roles.includes('worker') ? this.slot('jobs', 'worker') : undefined;
    this.deciding = Array.from({ length: config.workers }, (_, index) =>
      this.slot(`decide-${index + 1}`, 'main'),
    );
  }

  /** Resolves when every process serves. The jobs come first: they seed what the others load. */
  static async start(config: Config, gaveUp: (error: Error) => void): Promise<Primary> {
    const primary = new Primary(config, createLogger(config.logLevel), gaveUp);
    try {
      await primary.jobs?.start();
      await Promise.all(primary.deciding.map((slot) => slot.start()));
    } catch (error) {
      await primary.stop();
      throw error;
    }
    primary.logger.info({ event: 'ready', pids: primary.pids() }, 'ready');
    return primary;
  }

  /** Process ids by name. */
  pids(): Record<string, number> {
    const running = this.slots().flatMap(({ name, process }) =>
      process ? [[name, process.pid] as const] : [],
    );
    return Object.fromEntries(running);
  }

  /** Exchanges every process for a fresh one, one at a time; stops at the first that can't be. */
  exchange(): Promise<void> {
    this.exchanging ??= this.exchangeAll().finally(() => {
      this.exchanging = undefined;
    });
    return this.exchanging;
  }

  /** Resolves when no process is left. */
  stop(): Promise<void> {
    this.stopping ??= (async () => {
      await Promise.all(this.deciding.map((slot) => slot.stop()));
      await this.jobs?.stop();
    })();
    return this.stopping;
  }

  private async exchangeAll(): Promise<void> {
    try {
      for (const slot of this.slots()) {
        if (this.stopping) return;
        await slot.replace();
      }
      this.logger.info({ event: 'exchanged', pids: this.pids() }, 'every process was exchanged');
    } catch (error) {
      this.report('process-not-exchanged', error as Error);
    }
  }

  private slot(name: string, role: 'main' | 'worker'): Slot {
    return new ProcessSlot({
      name,
      spawn: () => forkBroker(role, () => this.metrics()),
      report: (event, error) => this.report(event, error),
      changed: () => tell({ type: 'processes', pids: this.pids() }),
      gaveUp: this.gaveUp,
      endMs: role === 'main' ? END_MS.decide : END_MS.jobs,
    });
  }

  private slots(): readonly Slot[] {
    return this.jobs ? [this.jobs, ...this.deciding] : this.deciding;
  }

  private report(event: string, error: Error): void {
    this.deaths.inc({ event });
    this.logger.error({ event, err: error }, event);
  }

  /** Of every process that answers. */
  private async metrics(): Promise<string> {
    const asked = this.slots().map(async ({ name, process }): Promise<Exposition | undefined> => {
      const text = await process?.metrics().catch(() => undefined);
      return text === undefined ? undefined : { process: name, text };
    });
    const own = { process: 'primary', text: await this.registry.metrics() };
    const told = (await Promise.all(asked)).filter((one) => one !== undefined);
    return mergeExpositions([own, ...told]);
  }
}

/** Starts an instance of several processes and runs it until it is told to end. */
export async function runPrimary(config: Config): Promise<void> {
  const end = (code: number): void => {
    void primary.stop().then(() => process.exit(code));
  };
  const primary = await Primary.start(config, ({ message }) => {
    process.stderr.write(`sallyport: ${message}\n`);
    end(1);
  });
  for (const signal of ['SIGTERM', 'SIGINT', 'disconnect'] as const)
    process.on(signal, () => end(0));
  process.on('SIGHUP', () => void primary.exchange());
  tell({ type: 'ready', url: config.http.publicUrl, pids: primary.pids() });
}

function tell(message: MessageUp): void {
  if (process.connected) process.send?.(message);
}
