/** The database of a development start: an embedded server under the data directory, or the one that DATABASE_URL names. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Refusal } from './progress.mjs';

const connectTimeoutMs = 10_000;
const oldestServer = 150_000;
const restartMs = 60_000;
const restartPauseMs = 500;

const explanations = {
  ECONNREFUSED: (url) => `nothing listens at ${url.host}`,
  ENOTFOUND: (url) => `the host ${url.hostname} is unknown`,
  EAI_AGAIN: (url) => `the host ${url.hostname} is unknown`,
  '28P01': (url) => `the password of user ${url.username} is wrong`,
  28000: (url) => `user ${url.username} may not sign in`,
  '3D000': (url) => `the database ${url.pathname.slice(1)} does not exist`,
};

/** Throws Refusal, saying in one line what is wrong, unless the database answers and is new enough. */
export async function checkDatabase(databaseUrl) {
  const url = parse(databaseUrl);
  const { default: pg } = await import('pg');
  const client = new pg.Client({
    connectionString: databaseUrl,
    connectionTimeoutMillis: connectTimeoutMs,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query('SHOW server_version_num');
    if (Number(rows[0].server_version_num) < oldestServer)
      throw new Refusal('DATABASE_URL: PostgreSQL 15 or newer is needed.');
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(
      `DATABASE_URL: ${explanations[error.code ?? error.errors?.[0]?.code]?.(url) ?? error.message}.`,
    );
  } finally {
    await client.end().catch(() => {});
  }
}

/**
 * Starts the embedded server and keeps it: one that dies is started again on its port, for a minute at most.
 * `onReplaced` is called then; `gaveUp` resolves when it can't be started again.
 */
export async function keepEmbedded(directory, onReplaced) {
  let server = await startEmbedded(directory);
  let stopping = false;
  let starting = Promise.resolve();
  const { port } = server;
  let giveUp;
  const gaveUp = new Promise((resolve) => (giveUp = resolve));
  const watch = () =>
    server.exited.then(() => {
      if (!stopping) starting = startAgain();
    });
  async function startAgain() {
    for (const deadline = Date.now() + restartMs; !stopping; await sleep(restartPauseMs)) {
      try {
        server = await startEmbedded(directory, port);
        onReplaced();
        return void watch();
      } catch (error) {
        console.error(`PostgreSQL ended by itself. ${error.message}`);
        if (Date.now() > deadline) return giveUp();
      }
    }
  }
  watch();
  return {
    url: server.url,
    get pid() {
      return server.pid;
    },
    gaveUp,
    stop: async () => {
      stopping = true;
      await starting;
      await server.stop();
    },
  };
}

/** Starts the embedded server; its database is made at the first start. */
async function startEmbedded(directory, port) {
  const { startPostgres } = await import('./embedded-postgres.mjs');
  const { default: pg } = await import('pg');
  const server = await startPostgres({ directory: join(directory, 'postgres'), port });
  const client = new pg.Client({ connectionString: server.url() });
  // Ended in this moment, it is started again by whoever keeps it.
  client.on('error', () => {});
  await client.connect();
  const { rowCount } = await client.query("SELECT FROM pg_database WHERE datname = 'sallyport'");
  if (rowCount === 0) await client.query('CREATE DATABASE sallyport');
  await client.end();
  return server;
}

function parse(databaseUrl) {
  const url = URL.canParse(databaseUrl) ? new URL(databaseUrl) : undefined;
  if (!url || !['postgres:', 'postgresql:'].includes(url.protocol))
    throw new Refusal('DATABASE_URL: must be postgresql://user:password@host:port/database.');
  return url;
}
