import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';

/** Where the embedded server of a data directory is now, for its superuser. */
export function embeddedUrl(dataDir: string): string {
  const directory = join(dataDir, 'postgres');
  const password = readFileSync(join(directory, 'password'), 'utf8').trim();
  const [, , , port] = readFileSync(join(directory, 'data/postmaster.pid'), 'utf8').split('\n');
  return `postgresql://postgres:${password}@127.0.0.1:${port}/sallyport`;
}

/** Runs one statement as the superuser. */
export async function asOwner<Row extends object>(
  dataDir: string,
  statement: string,
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: embeddedUrl(dataDir) });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Row>(statement)).rows;
  } finally {
    await client.end();
  }
}
