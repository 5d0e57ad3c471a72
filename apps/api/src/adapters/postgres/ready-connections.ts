import type pg from 'pg';

export interface ReadyOptions {
  /** At most as many as the pool may have. */
  readonly count: number;
  /** Makes a connection ready. Must end by itself, whatever the server does. */
  readonly use: (client: pg.ClientBase) => Promise<unknown>;
  readonly pauseMs?: number;
}

const PAUSE_MS = 5_000;

/**
 * Sees to it that a pool holds a few connections that were used once: the first proof on a connection costs PostgreSQL eight
 * times what the next one does. It is never in anybody's way: who asks for a connection meanwhile is served as ever, and
 * where it fails, whoever comes first pays for the first use.
 */
export class ReadyConnections {
  private readonly used = new WeakSet<pg.PoolClient>();
  private timer: NodeJS.Timeout | undefined;
  private isStopped = false;

  constructor(
    private readonly pool: pg.Pool,
    private readonly options: ReadyOptions,
  ) {
    pool.on('remove', () => this.fillLater());
  }

  /** Resolves when each is ready or has failed; those are tried again after a pause. */
  async fill(): Promise<void> {
    // All at the same time: one after the other, the same connection would come each time.
    const tries = Array.from({ length: this.options.count }, () => this.makeOneReady());
    const results = await Promise.allSettled(tries);
    if (results.some(({ status }) => status === 'rejected')) this.fillLater();
  }

  stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
  }

  private async makeOneReady(): Promise<void> {
    const client = await this.pool.connect();
    let broken: boolean | undefined;
    try {
      if (this.used.has(client)) return;
      await this.options.use(client);
      this.used.add(client);
    } catch (error) {
      // It may still be busy with what failed: the next caller would wait behind that.
      broken = true;
      throw error;
    } finally {
      client.release(broken);
    }
  }

  /** Once for all who ask meanwhile, and not later for them: a pool that loses connections all the time needs it most. */
  private fillLater(): void {
    if (this.isStopped || this.timer) return;
    const fill = () => {
      this.timer = undefined;
      void this.fill();
    };
    this.timer = setTimeout(fill, this.options.pauseMs ?? PAUSE_MS).unref();
  }
}
