import type pg from 'pg';

interface Held {
  readonly client: Promise<pg.PoolClient>;
  users: number;
  hasFailed: boolean;
}

/** One connection of the pool for all writes to a tenant's log that are under way: it keeps them in the order in which they were sent. */
export class SharedConnection {
  private held: Held | undefined;

  constructor(private readonly pool: pg.Pool) {}

  /** A connection on which `work` failed is closed when nobody uses it any more, whatever state it was in, and nobody joins it. */
  async run<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const held = (this.held ??= { client: this.pool.connect(), users: 0, hasFailed: false });
    held.users += 1;
    try {
      return await work(await held.client);
    } catch (error) {
      held.hasFailed = true;
      throw error;
    } finally {
      held.users -= 1;
      if (this.held === held && (held.hasFailed || held.users === 0)) this.held = undefined;
      if (held.users === 0) giveBack(held);
    }
  }
}

function giveBack({ client, hasFailed }: Held): void {
  // One that could not be had is nobody's to give back; whoever wanted it has been told.
  client.then((had) => had.release(hasFailed)).catch(() => undefined);
}
