/** The database of a development start: an embedded server under the data directory, or the one that DATABASE_URL names. */
import { join } from 'node:path';
import { Refusal } from './progress.mjs';

const connectTimeoutMs = 10_000;
const oldestServer = 150_000;

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

/** Starts the embedded server; its database is made at the first start. */
export async function startEmbedded(directory) {
  const { startPostgres } = await import('./embedded-postgres.mjs');
  const { default: pg } = await import('pg');
  const server = await startPostgres({ directory: join(directory, 'postgres') });
  const client = new pg.Client({ connectionString: server.url() });
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
