import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { startBroker, type Broker } from '../../apps/api/src/broker.js';
import { loadConfig } from '../../apps/api/src/platform/config/index.js';
import { runCli } from '../../apps/cli/src/index.js';
import { freePort } from '../../tools/embedded-postgres.mjs';
import { readTodoVectors, todoTenant } from '../conformance/todo-tenant.js';
import { createDatabase, type TestDatabase } from '../support/postgres.js';
import { vectorsDir } from '../support/vectors.js';

const vectors = vectorsDir();
const adminToken = 'an-admin-token-of-32-characters!';
const pepKey = 'key-of-the-todo-application';

(vectors === undefined ? describe.skip : describe)(
  'a tenant applied by the command line answers the AuthZEN todo questions',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'sallyport-todo-'));
    let database: TestDatabase;
    let broker: Broker;
    beforeAll(async () => {
      database = await createDatabase();
      broker = await startBroker(
        loadConfig({
          SALLYPORT_PROFILE: 'development',
          SALLYPORT_PORT: String(await freePort()),
          SALLYPORT_LOG_LEVEL: 'silent',
          SALLYPORT_DATA_DIR: folder,
          DATABASE_URL: database.url,
          SALLYPORT_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
          SALLYPORT_ADMIN_TOKEN: adminToken,
        }),
      );
      for (const [path, text] of todoTenant(vectors ?? '', { pepKey })) {
        const file = join(folder, 'todo', path);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, text);
      }
      const code = await runCli(['apply', join(folder, 'todo'), '--yes', '--url', broker.url], {
        env: { SALLYPORT_TOKEN: adminToken },
        out: () => undefined,
        err: (line) => process.stderr.write(`${line}\n`),
        fetch: globalThis.fetch,
        nowMs: () => Date.now(),
      });
      expect(code).toBe(0);
    }, 60_000);
    afterAll(async () => {
      await broker.close();
      await database.drop();
      rmSync(folder, { recursive: true, force: true });
    });

    const ask = async (path: string, body: object): Promise<unknown> => {
      const answer = await fetch(new URL(path, broker.url), {
        method: 'POST',
        headers: { authorization: `Bearer ${pepKey}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      expect(answer.status).toBe(200);
      return answer.json();
    };

    it('one by one', async () => {
      const { evaluation } = readTodoVectors(vectors ?? '');
      expect(evaluation).toHaveLength(40);
      for (const { request, expected } of evaluation) {
        expect({ request, answer: await ask('/access/v1/evaluation', request) }).toEqual({
          request,
          answer: { decision: expected },
        });
      }
    });

    it('in batches', async () => {
      const { evaluations } = readTodoVectors(vectors ?? '');
      expect(evaluations).toHaveLength(3);
      for (const { request, expected } of evaluations) {
        expect(await ask('/access/v1/evaluations', request)).toEqual({ evaluations: expected });
      }
    });
  },
);
