import pg from 'pg';
import { LogGrowthFeed } from '../../../evidence/entry-index.ports.js';
import type { Database } from '../database.js';

/** The projection notifies here with `<tenant>:<entries projected>`. */
export const GROWTH_CHANNEL = 'sallyport_log';

const RETRY_MS = 1_000;
const ANSWER_MS = 10_000;

type Listener = (tenantId: string, size: number) => void;

/**
 * Hears the projection of whatever process moves it, on a connection of its own that is replaced when it breaks.
 * What is missed meanwhile is not made up for: growth is a hint to look, and the next one says the same.
 */
export class PostgresLogGrowth extends LogGrowthFeed {
  private readonly listeners = new Set<Listener>();
  private client: pg.Client | undefined;
  private retry: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(private readonly database: Database) {
    super();
  }

  override onGrowth(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Starts to listen; resolves when it does, or when the first try failed and others will follow. */
  override async start(): Promise<void> {
    if (this.closed) return;
    const client = new pg.Client({
      ...this.database.pool.options,
      application_name: 'sallyport-log-growth',
      query_timeout: ANSWER_MS,
      keepAlive: true,
    });
    client.on('notification', ({ payload }) => this.hear(payload ?? ''));
    client.on('error', () => this.lose(client));
    client.on('end', () => this.lose(client));
    this.client = client;
    try {
      await client.connect();
      await client.query(`LISTEN ${GROWTH_CHANNEL}`);
    } catch {
      this.lose(client);
    }
  }

  override async stop(): Promise<void> {
    this.closed = true;
    clearTimeout(this.retry);
    const { client } = this;
    this.client = undefined;
    await client?.end();
  }

  private hear(payload: string): void {
    const colon = payload.lastIndexOf(':');
    const size = Number(payload.slice(colon + 1));
    if (colon < 1 || !Number.isSafeInteger(size)) return;
    for (const listener of this.listeners) listener(payload.slice(0, colon), size);
  }

  private lose(client: pg.Client): void {
    if (this.client !== client) return;
    this.client = undefined;
    void client.end().catch(() => undefined);
    if (this.closed) return;
    this.retry = setTimeout(() => void this.start(), RETRY_MS);
  }
}
