import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { freePort } from '../../tools/embedded-postgres.mjs';
import { demoOf, type Demo } from '../e2e/support/demo.js';
import { Gateway } from '../e2e/support/gateway.js';
import { GrantDesk } from '../e2e/support/grants.js';
import { eventually, until } from '../e2e/support/eventually.js';
import { isRunning, type Started, startSystem } from '../support/npm-start.js';
import { Load } from './load.js';
import { readPublishedLog } from './published-log.js';

/** Each round kills under load and starts again on the same data; CI plays one of each kind, `FAULT_ROUNDS=3` plays more. */
const ROUNDS = Number(process.env['FAULT_ROUNDS'] ?? 1);
const IN_FLIGHT = 300;
/** So many answers must be in before the kill, and the grant must still be live then: it ends during the outage. */
const ENOUGH_ANSWERS = 400;
const SHORT_GRANT_SECONDS = 25;
/** A sweep comes every 30 s, should a reminder be lost. */
const LOG_TIMEOUT_MS = 45_000;
const ROUND_TIMEOUT_MS = 180_000;

type Victims = (system: Started) => readonly number[];
const KINDS: readonly (readonly [string, Victims])[] = [
  ['the API alone', ({ pids }) => [pids.api]],
  ['everything, Postgres first', ({ pids }) => [pids.postgres ?? 0, pids.api, pids.start]],
];
const rounds = KINDS.flatMap(([kind, victims]) =>
  Array.from({ length: ROUNDS }, (_, round) => [kind, round + 1, victims] as const),
);

describe('kill -9 under load', () => {
  test.each(rounds)(
    'of %s (round %i) loses no answered decision, no revocation and no grant’s end',
    async (_kind, _round, victims) => {
      const dataDir = mkdtempSync(join(tmpdir(), 'sallyport-kill9-'));
      const options = { dataDir, port: await freePort() };
      try {
        const before = await liveOn(demoOf(await startSystem(options)), victims);
        await until(before.grantEndsAtMs);
        const demo = demoOf(await startSystem(options));
        try {
          await expectNothingLost(demo, before);
        } finally {
          await demo.stop();
        }
      } finally {
        rmSync(dataDir, { recursive: true, force: true });
      }
    },
    ROUND_TIMEOUT_MS,
  );
});

interface Remembered {
  readonly answered: ReadonlySet<string>;
  readonly checkpoint: { readonly size: number; readonly root: Uint8Array };
  readonly revokedToken: string;
  readonly grantToken: string;
  readonly grantId: string;
  readonly grantEndsAtMs: number;
}

/** A live grant, a token of it, a revoked token, hundreds of questions in flight; then the victims die. */
async function liveOn(demo: Demo, victims: Victims): Promise<Remembered> {
  const gateway = new Gateway(demo, await demo.danasToken());
  const desk = await GrantDesk.open(demo);
  const grant = await desk.grant(SHORT_GRANT_SECONDS);
  const revokedToken = await gateway.tokenForProduction();
  await demo.client.ok('POST', '/oauth2/revoke', { key: demo.key, form: { token: revokedToken } });
  const grantToken = await gateway.tokenForProduction();
  const { checkpoint } = await readPublishedLog(demo);
  const load = new Load(demo.url, demo.key, IN_FLIGHT);
  const isEnough = () => Promise.resolve(load.answers >= ENOUGH_ANSWERS);
  await eventually('enough questions are answered', isEnough, grant.endsAtMs - Date.now());
  await kill(demo.system, victims);
  const answered = await load.stop();
  return {
    answered,
    checkpoint,
    revokedToken,
    grantToken,
    grantId: grant.id,
    grantEndsAtMs: grant.endsAtMs,
  };
}

async function kill(system: Started, victims: Victims): Promise<void> {
  const exited = once(system.process, 'exit');
  for (const pid of victims(system)) process.kill(pid, 'SIGKILL');
  await exited;
  const { api, postgres } = system.pids;
  await eventually('the processes are gone', () =>
    Promise.resolve([api, postgres].every((pid) => pid === undefined || !isRunning(pid))),
  );
}

async function expectNothingLost(demo: Demo, before: Remembered): Promise<void> {
  const gateway = new Gateway(demo, await demo.danasToken());
  expect((await gateway.mayReadProduction()).decision).toBe(false);
  for (const token of [before.revokedToken, before.grantToken]) {
    expect((await gateway.introspect(token)).active).toBe(false);
  }
  const log = await eventually(
    'every answered decision and the end of the grant are in the published log',
    async () => {
      const found = await readPublishedLog(demo);
      const entries = [...found.entries.values()];
      const isEnded = entries.some(
        ({ type, grantId }) => type === 'grant.ended' && grantId === before.grantId,
      );
      return isEnded && [...before.answered].every((id) => found.entries.has(id)) && found;
    },
    LOG_TIMEOUT_MS,
  );
  // The log that was signed before the kill is a prefix of the one that is signed now: nothing was dropped or rewritten.
  expect(Buffer.from(log.rootAt(before.checkpoint.size))).toEqual(
    Buffer.from(before.checkpoint.root),
  );
  const afterTheEnd = [...log.entries.values()].filter(
    ({ type, decision, time }) =>
      type === 'decision' && decision === true && Date.parse(time) >= before.grantEndsAtMs,
  );
  expect(afterTheEnd).toEqual([]);
}
