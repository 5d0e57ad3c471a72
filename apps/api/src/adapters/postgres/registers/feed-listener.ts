import pg from 'pg';
import type { FeedListener } from '../../../registers/facts-source.ports.js';

const CHANNEL = 'sallyport_feed';
const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 5_000;
const PING_TIMEOUT_MS = 3_000;

/** A connection of its own that hears every commit that touches facts; it comes back by itself after a loss. */
export class PostgresFeedListener {
  private client: pg.Client | undefined;
  private retry: NodeJS.Timeout | undefined;
  private retryInMs = FIRST_RETRY_MS;
  private isPinging = false;
  private isClosed = false;

  constructor(
    private readonly url: string,
    private readonly listener: FeedListener,
  ) {}

  /** Rejects when the first connection fails; later ones are tried until `close`. */
  async connect(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.url,
      application_name: 'sallyport-feed',
      connectionTimeoutMillis: 10_000,
      keepAlive: true,
      options: '-c role=sallyport_app',
    });
    client.on('notification', ({ payload }) => this.hear(payload ?? ''));
    client.on('error', (error) => this.lose(client, error));
    client.on('end', () => this.lose(client, new Error('the connection was closed')));
    try {
      await client.connect();
      await client.query(`LISTEN ${CHANNEL}`);
    } catch (error) {
      client.end().catch(() => undefined);
      throw error;
    }
    if (this.isClosed) return client.end();
    this.client = client;
    this.retryInMs = FIRST_RETRY_MS;
    this.listener.connected();
  }

  /** A connection that is half open looks alive until something is sent over it. */
  ping(): void {
    const { client } = this;
    if (!client || this.isPinging) return;
    this.isPinging = true;
    const silence = () => {
      // An answer may lie there unread because this process was busy: it is read before the next line runs.
      setImmediate(() => {
        if (isPending) this.lose(client, new Error('the connection does not answer'));
      });
    };
    let isPending = true;
    const late = setTimeout(silence, PING_TIMEOUT_MS);
    const settle = () => {
      clearTimeout(late);
      isPending = false;
      this.isPinging = false;
    };
    client.query('SELECT 1').then(settle, (error: Error) => {
      settle();
      this.lose(client, error);
    });
  }

  async close(): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.retry);
    const { client } = this;
    this.client = undefined;
    await client?.end();
  }

  private hear(payload: string): void {
    const colon = payload.lastIndexOf(':');
    const version = Number(payload.slice(colon + 1));
    if (colon > 0 && Number.isSafeInteger(version)) {
      this.listener.changed(payload.slice(0, colon), version);
    }
  }

  private lose(client: pg.Client, error: Error): void {
    if (this.client !== client) return;
    this.client = undefined;
    this.isPinging = false;
    client.end().catch(() => undefined);
    this.listener.lost(error);
    this.scheduleRetry();
  }

  private scheduleRetry(): void {
    if (this.isClosed) return;
    this.retry = setTimeout(() => {
      this.connect().catch(() => this.scheduleRetry());
    }, this.retryInMs);
    this.retryInMs = Math.min(this.retryInMs * 2, LAST_RETRY_MS);
  }
}
