import { decodeEntry } from '@sallyport/audit';
import type { DecisionEntry } from '@sallyport/contracts';
import fastify from 'fastify';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { MmdbGeoLocator } from '../../apps/api/src/adapters/geo/mmdb-geo-locator.js';
import { PostgresKeyRing } from '../../apps/api/src/adapters/keys/postgres-key-ring.js';
import { PostgresAuditLog } from '../../apps/api/src/adapters/postgres/log/postgres-audit-log.js';
import { PostgresLogReader } from '../../apps/api/src/adapters/postgres/log/postgres-log-reader.js';
import { PostgresTokenStore } from '../../apps/api/src/adapters/postgres/tokens/postgres-token-store.js';
import { createDecide } from '../../apps/api/src/decide/create-decide.js';
import { Authenticator } from '../../apps/api/src/platform/http/authenticator.js';
import { prepareServer, serverOptions } from '../../apps/api/src/platform/http/server.js';
import { FakeDecisionSampler } from '../../apps/api/src/policies/cross-check/decision-sampler.fake.js';
import { readTextDirectory } from '../../apps/cli/src/read-directory.js';
import { openRegisters, type Registers } from '../contract/registers-open.js';
import { type Answer, BrokerClient, type Call } from './broker-client.js';
import { readAll } from './log-reading.js';

const PACK = join('deploy', 'packs', 'kubernetes');
export const PEP_MODES = ['enforce', 'warn', 'monitor'] as const;
export type PepMode = (typeof PEP_MODES)[number];

/** The Kubernetes door on real Postgres and real HTTP. */
export interface TestCluster {
  readonly registers: Registers;
  /** Makes the pack a tenant of this name, with one API server per mode, whose key `keyOf` gives. */
  apply(tenant: string, changes?: PackChanges): Promise<void>;
  post(path: string, call: Call): Promise<Answer>;
  /** The decisions in the log of a tenant, oldest first. */
  decisions(tenant: string): Promise<DecisionEntry[]>;
  /** The newest entry of a tenant's log. */
  latest(tenant: string): Promise<DecisionEntry>;
  close(): Promise<void>;
}

export interface PackChanges {
  /** Of every policy that forbids. */
  readonly policyMode?: PepMode;
  /** Lines that follow in peps.yaml. */
  readonly peps?: string;
  /** Beside the pack's own, which are then not held against its schema. */
  readonly policies?: string;
}

export function keyOf(tenant: string, name: string): string {
  return `${tenant}-${name}-key-of-a-test`;
}

export async function openCluster(): Promise<TestCluster> {
  const registers = await openRegisters();
  const { database, facts, applier } = registers;
  const log = new PostgresAuditLog(database);
  const clock = { nowMs: () => Date.now() };
  const publicUrl = 'https://broker.example';
  const { kubernetesRoutes, decideRoutes } = createDecide({
    facts,
    auditLog: log,
    keys: new PostgresKeyRing({ database, masterKey: new Uint8Array(32), clock }),
    tokens: new PostgresTokenStore(database, log),
    geo: await MmdbGeoLocator.open({}),
    issuerKeys: { keysOf: () => () => Promise.reject(new Error('there are no issuers')) },
    clock,
    settings: { publicUrl, deadlineMs: 2_000, maxFeedAgeMs: 60_000, cursorKey: new Uint8Array(32) },
    faults: { report: () => undefined },
    sampler: new FakeDecisionSampler(),
  });
  const server = fastify(serverOptions(1_048_576));
  const sessions = { find: () => Promise.resolve(undefined) };
  const doors = { facts, sessions, adminToken: 'admin-token-of-the-instance', origin: publicUrl };
  prepareServer(server, new Authenticator(doors));
  for (const routes of [kubernetesRoutes, decideRoutes]) routes.register(server);
  await server.listen({ port: 0, host: '127.0.0.1' });
  const { port } = server.server.address() as AddressInfo;
  const client = new BrokerClient(`http://127.0.0.1:${port}`);
  const reader = new PostgresLogReader(database);
  return {
    registers,
    apply: async (tenant, changes = {}) => {
      const applied = await applier.apply(tenant, packFor(tenant, changes), 'admin:instance');
      if (!applied.ok) throw new Error(JSON.stringify(applied.problems));
      await facts.catchUp(tenant);
    },
    post: (path, call) => client.call('POST', path, call),
    decisions: async (tenant) =>
      (await readAll(database, reader, tenant))
        .map((entry) => entry as DecisionEntry)
        .filter(({ type }) => type === 'decision'),
    latest: async (tenant) => {
      const size = (await reader.state(tenant))?.size ?? 0;
      const [newest] = await reader.entries(tenant, size - 1, size);
      return decodeEntry(newest ?? new Uint8Array()) as unknown as DecisionEntry;
    },
    close: async () => {
      await server.close();
      await log.close();
      await registers.close();
    },
  };
}

/** The pack as it is shipped, but for its name and its enforcement points. */
export function packFor(
  tenant: string,
  { policyMode, peps = '', policies }: PackChanges,
): Map<string, string> {
  const pack = readTextDirectory(PACK);
  const points = PEP_MODES.map(
    (mode) => `- { name: ${mode}, kind: kubernetes, mode: ${mode}, key: ${keyOf(tenant, mode)} }\n`,
  );
  pack.set('tenant.yaml', `name: ${tenant}\n`);
  pack.set('peps.yaml', `${points.join('')}${peps}`);
  // With other policies its own cases would be judged otherwise.
  const isChanged = policyMode !== undefined || policies !== undefined;
  for (const path of pack.keys()) if (isChanged && path.startsWith('tests/')) pack.delete(path);
  for (const [path, text] of pack)
    if (policyMode && path.startsWith('policies/'))
      pack.set(path, text.replaceAll(/^forbid\b/gm, `@mode("${policyMode}")\nforbid`));
  if (policies === undefined) return pack;
  pack.delete('schema.cedarschema');
  pack.set('policies/own.cedar', policies);
  return pack;
}
