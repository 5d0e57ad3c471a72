import {
  type BackendFactory,
  PostgresConnection,
  type PostgresConnectionOptions,
  PostgresQueueBackend,
} from 'bullmq';
import pg from 'pg';

/** Schema of the queue's tables; the migrations make it. */
const SCHEMA = 'sallyport_queue';
/** One connection for queries and one more on bursts; a worker keeps a third to listen on. */
const POOL_SIZE = 3;
const LISTEN_ATTEMPTS = 3;

/**
 * BullMQ's connection, on a pool of ours. BullMQ 6.7 listens for errors of a connection that it opens itself only after it was
 * opened: one that ends in that very moment would end the process. The pool's connections are listened to from the first.
 */
class QueueConnection extends PostgresConnection {
  override readonly schema = SCHEMA;
  private readonly broken: WeakMap<object, Error>;
  private readonly own: pg.Pool;
  private ended: Promise<void> | undefined;

  constructor(connectionString: string) {
    const broken = new WeakMap<object, Error>();
    const own = new pg.Pool({
      connectionString,
      max: POOL_SIZE,
      application_name: 'sallyport-queue',
      connectionTimeoutMillis: 10_000,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
      options: `-c role=sallyport_app -c search_path=${SCHEMA}`,
    });
    own.on('connect', (client) => {
      client.on('error', (error) => broken.set(client, error));
      client.on('end', () => broken.set(client, broken.get(client) ?? new Error('it was closed')));
    });
    super(own as unknown as PostgresConnectionOptions);
    this.own = own;
    this.broken = broken;
  }

  /** A connection that broke before BullMQ listened for its errors would be kept for ever, and never hear of a job. */
  override async getListenClient(): ReturnType<PostgresConnection['getListenClient']> {
    for (let attempt = 1; ; attempt += 1) {
      const client = await super.getListenClient();
      const error = this.broken.get(client);
      if (!error) return client;
      // Told now, BullMQ forgets the connection and takes another.
      (client as unknown as pg.PoolClient).emit('error', error);
      if (attempt === LISTEN_ATTEMPTS) throw error;
    }
  }

  override close(): Promise<void> {
    this.ended ??= super.close().then(() => this.own.end());
    return this.ended;
  }
}

/** BullMQ's Postgres backend, on such a connection. */
export function postgresQueueBackend(
  connectionString: string,
): BackendFactory<PostgresQueueBackend, PostgresConnectionOptions> {
  return (name, options, { withBlockingConnection } = {}) => {
    const connection = new QueueConnection(connectionString);
    const listener = withBlockingConnection ? name : undefined;
    return new PostgresQueueBackend(connection, name, options, true, listener);
  };
}
