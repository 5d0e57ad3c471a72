import { expect } from '@jest/globals';
import type { DecisionEntry } from '@sallyport/contracts';
import { Database } from '../../apps/api/src/adapters/postgres/database.js';
import { PostgresLogReader } from '../../apps/api/src/adapters/postgres/log/postgres-log-reader.js';
import { freePort } from '../../tools/embedded-postgres.mjs';
import { startInProcess, type TestBroker } from '../support/broker-in-process.js';
import { type EnvoyCall, EnvoyClient, type EnvoyReply } from '../support/envoy-client.js';
import { type FlakyProxy, startFlakyProxy } from '../support/flaky-proxy.js';
import { readAll } from '../support/log-reading.js';
import { createDatabase } from '../support/postgres.js';
import { applyWithCli } from './apply-with-cli.js';

export const CART = 'spiffe://mesh.example/ns/shop/sa/cart';
export const EDGE = 'spiffe://mesh.example/ns/edge/sa/gateway';
/** Keys of the tenant's enforcement points, by name. */
export const KEYS = {
  edge: 'key-of-the-edge',
  meshed: 'key-of-the-trusting-proxy',
  silent: 'key-of-the-silent-proxy',
  monitor: 'key-of-the-monitor',
  warn: 'key-of-the-warner',
};

const ROUTES = `[
    { method: GET, path: '/records/{id}', action: read, resource: { type: record, id: '{id}' } },
    { method: GET, path: '/app/{id}', action: read, resource: { type: record, id: '{id}' }, cookie: session },
    { method: POST, path: '/shop.Cart/Add', action: read, resource: { type: record, id: grpc } },
    { method: GET, host: shop.example, path: '/hosted', action: read, resource: { type: record, id: hosted } },
    { method: GET, path: '/only/{id}', action: read, resource: { type: record, id: '{id}' }, cookie: session, subject: cookie },
    { method: CONNECT, path: '/socket', action: read, resource: { type: record, id: socket } }
  ]`;
const pep = (name: string, credential: string, trusted: string, mode = 'enforce') =>
  `- { name: ${name}, kind: mesh, mode: ${mode}, ${credential}, trustedProperties: [${trusted}], routes: ${ROUTES} }\n`;

const TENANT = new Map([
  ['tenant.yaml', 'name: mesh\nissuers: [{ issuer: builtin, audiences: [acme-apps] }]\n'],
  [
    'policies/mesh.cedar',
    `
@id("dana-reads")
permit (principal == user::"dana@acme.example", action == Action::"read", resource is record)
unless { resource == record::"secret" };
@id("cart-reads")
permit (principal == workload::"${CART}", action == Action::"read", resource is record);
@id("knocking")
@obligation("ring")
permit (principal, action == Action::"knock", resource is door);
`,
  ],
  ['entities/all.json', '[]'],
  [
    'peps.yaml',
    [
      pep('edge', `key: ${KEYS.edge}`, 'subject, ip'),
      pep('meshed', `key: ${KEYS.meshed}`, 'subject, ip, xfcc, jwt_authn'),
      pep('silent', `key: ${KEYS.silent}`, 'ip'),
      pep('monitor', `key: ${KEYS.monitor}`, 'subject, ip', 'monitor'),
      pep('warn', `key: ${KEYS.warn}`, 'subject, ip', 'warn'),
      pep('certified', `spiffeId: '${EDGE}'`, 'subject, ip'),
    ].join(''),
  ],
]);

/** A real broker with a gRPC door, its database behind a proxy, and every allow that it gave. */
export class EnvoyWorld {
  private readonly allows: EnvoyReply[] = [];

  private constructor(
    readonly broker: TestBroker,
    readonly database: FlakyProxy,
    readonly port: number,
    private readonly client: EnvoyClient,
    private readonly log: Database,
    private readonly drop: () => Promise<void>,
  ) {}

  static async start(env: Readonly<Record<string, string>> = {}): Promise<EnvoyWorld> {
    const own = await createDatabase();
    const url = new URL(own.url);
    const proxy = await startFlakyProxy(Number(url.port));
    url.host = `127.0.0.1:${proxy.port}`;
    const port = await freePort();
    const broker = await startInProcess({
      DATABASE_URL: url.href,
      SALLYPORT_GRPC_PORT: String(port),
      ...env,
    });
    await applyWithCli(broker, TENANT);
    const log = new Database({ url: own.url, poolSize: 2 });
    return new EnvoyWorld(broker, proxy, port, new EnvoyClient(port), log, () => own.drop());
  }

  /** Dana's token of the development provider. */
  danasToken(): Promise<string> {
    const { email, password } = this.broker.person('dana@acme.example');
    return this.broker.client.idToken(email, password);
  }

  /** As the enforcement point of that name; `http` is the end user's request. */
  ask(
    name: keyof typeof KEYS,
    http: object,
    attributes: object = {},
    call: EnvoyCall = {},
  ): Promise<EnvoyReply> {
    const metadata = { authorization: `Bearer ${KEYS[name]}`, ...call.metadata };
    const request = { http: { method: 'GET', path: '/records/42', ...http } };
    return this.send({ attributes: { request, ...attributes } }, { ...call, metadata });
  }

  async send(message: unknown, call: EnvoyCall = {}, client = this.client): Promise<EnvoyReply> {
    const reply = await client.check(message, call);
    if (reply.code === 0) this.allows.push(reply);
    return reply;
  }

  /** The tenant's decisions, oldest first. */
  async decisions(): Promise<readonly DecisionEntry[]> {
    const entries = await readAll(this.log, new PostgresLogReader(this.log), 'mesh');
    return (entries as DecisionEntry[]).filter(({ type }) => type === 'decision');
  }

  async last(): Promise<DecisionEntry> {
    return (await this.decisions()).at(-1) as DecisionEntry;
  }

  /** No allow was empty, and each is in the log as one. Resolves to how many there were. */
  async expectSoundAllows(): Promise<number> {
    const logged = new Map((await this.decisions()).map((entry) => [entry.id, entry.decision]));
    for (const { headers, removed, metadata } of this.allows) {
      expect(logged.get(headers['x-decision-id'] ?? '')).toBe(true);
      expect(metadata).toMatchObject({ decision_id: headers['x-decision-id'], decision: true });
      const ours = ['x-sallyport-subject', 'x-sallyport-warning', 'x-sallyport-reason'];
      for (const name of ours) expect(name in headers).not.toBe(removed.includes(name));
      expect(removed).toContain('x-sallyport-key');
    }
    return this.allows.length;
  }

  async close(): Promise<void> {
    this.client.close();
    this.database.allow();
    await this.broker.close();
    await this.database.close();
    await this.log.close();
    await this.drop();
  }
}
