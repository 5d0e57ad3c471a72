import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { unsafeSettings } from '../../apps/api/src/adapters/postgres/log/durability.js';
import { startBroker } from '../../apps/api/src/broker.js';
import { loadConfig } from '../../apps/api/src/platform/config/index.js';
import { freePort } from '../../tools/embedded-postgres.mjs';
import { startInProcess } from '../support/broker-in-process.js';
import { createDatabase, type TestDatabase } from '../support/postgres.js';

// The server of the tests has fsync off: what a broker must not be content with.
describe('a server that may lose what it acknowledged', () => {
  let target: TestDatabase;
  beforeAll(async () => {
    target = await createDatabase();
  });
  afterAll(() => target.drop());

  test('is refused in production, and the settings are named', async () => {
    const config = loadConfig({
      SALLYPORT_PUBLIC_URL: 'https://access.example',
      SALLYPORT_LOG_LEVEL: 'silent',
      SALLYPORT_PORT: String(await freePort()),
      DATABASE_URL: target.url,
      SALLYPORT_MASTER_KEY: randomBytes(32).toString('base64'),
      SALLYPORT_ADMIN_TOKEN: randomBytes(24).toString('base64url'),
    });
    expect(config.audit.notDurable).toBe('refuse');
    await expect(startBroker(config)).rejects.toThrow(
      /fsync = off, full_page_writes = off, synchronous_commit = off.*SALLYPORT_AUDIT_NOT_DURABLE=warn/,
    );
  });

  test('is accepted in development, and /readyz and the faults tell', async () => {
    const broker = await startInProcess();
    const answer = await fetch(`${broker.url}/readyz`);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      status: 'ready',
      checks: {
        postgres: 'ok',
        'durable-log': 'fsync is off, full_page_writes is off, synchronous_commit is off',
      },
    });
    expect(await broker.metrics()).toContain('sallyport_faults_total{event="log-not-durable"} 1');
    await broker.close();
  });

  test('is judged by what our own connections get', async () => {
    const client = new pg.Client({ connectionString: target.url });
    await client.connect();
    await client.query(`ALTER DATABASE ${target.name} SET synchronous_commit = 'local'`);
    await client.end();
    const pool = new pg.Pool({ connectionString: target.url, max: 1 });
    expect(await unsafeSettings({ pool })).toEqual(['fsync', 'full_page_writes']);
    await pool.end();
  });
});
