import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { type RunningBroker, startBroker } from '../support/broker.js';
import { eventually } from '../support/eventually.js';
import { isRunning } from '../support/npm-start.js';
import { questionOf } from './access.js';
import { embeddedUrl } from './embedded-database.js';
import { startLoad } from './load.js';
import { PublishedLog } from './published-log.js';

jest.setTimeout(120_000);

const CUTS = 30;
const BACK_MS = 15_000;

describe('connections to the database that break under load', () => {
  let broker: RunningBroker;
  let owner: pg.Client;
  beforeAll(async () => {
    broker = await startBroker();
    owner = new pg.Client({ connectionString: embeddedUrl(broker.dataDir) });
    await owner.connect();
  });
  afterAll(async () => {
    await owner?.end();
    await broker?.discard();
  });

  it('cost answers, never the process, and no answer that was given', async () => {
    const { client, pepKey, pids } = broker;
    const questions = ['dana', 'omar'].map(questionOf);
    const load = startLoad(client, { key: pepKey, questions, width: 50 });
    for (let cut = 0; cut < CUTS; cut += 1) {
      // Uneven waits, so that connections are also cut while they are being opened.
      await sleep(20 + ((cut * 73) % 300));
      await cutAll(owner);
    }
    await load.stop();
    expect(isRunning(pids.api)).toBe(true);
    expect(load.answered.length).toBeGreaterThan(0);
    // Whoever was not answered was told so: try again.
    expect(load.refused.filter((text) => !/^503 /.test(text))).toEqual([]);
    const isReady = async () => (await client.call('GET', '/readyz')).status === 200;
    await eventually('the broker is ready again', isReady, BACK_MS);
    const log = new PublishedLog(broker.baseUrl, 'acme', pepKey);
    await log.covering(load.answered.map(({ id }) => id));
  });
});

/** Ends every connection to the database but this one. */
async function cutAll(owner: pg.Client): Promise<void> {
  await owner.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid()`,
  );
}
