import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { createDatabase, type TestDatabase } from '../support/postgres.js';

const run = promisify(execFile);
const migrateTool = join(process.cwd(), 'tools/migrate.mjs');

async function runMigrate(verb: string, url: string): Promise<string> {
  const { stdout } = await run(process.execPath, [migrateTool, verb], {
    env: { ...process.env, DATABASE_URL: url },
  });
  return stdout.trim();
}

describe('migrations', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createDatabase();
  });
  afterAll(() => database.drop());

  it('lead an empty database to exactly the Prisma schema', async () => {
    expect(await runMigrate('diff', database.url)).toBe('');
  });

  it('are applied once: a second run has nothing to do and finds nothing amiss', async () => {
    expect(await runMigrate('deploy', database.url)).toBe('nothing to apply');
    expect(JSON.parse(await runMigrate('status', database.url))).toEqual({
      unapplied: [],
      unknown: [],
      failed: [],
      edited: [],
    });
  });

  it('are applied by one of two processes that start at once on an empty database', async () => {
    const empty = `${database.name}_empty`;
    const url = new URL(database.url);
    url.pathname = `/${empty}`;
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query(`CREATE DATABASE ${empty}`);
    const outputs = await Promise.all([1, 2].map(() => runMigrate('deploy', url.href)));
    await client.query(`DROP DATABASE ${empty} WITH (FORCE)`);
    await client.end();
    expect(outputs.filter((output) => output === 'nothing to apply')).toHaveLength(1);
    expect(outputs.filter((output) => output.startsWith('applied '))).toHaveLength(1);
  });
});
