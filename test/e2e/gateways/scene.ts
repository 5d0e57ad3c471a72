import { afterAll, beforeAll, describe } from '@jest/globals';
import { startInProcess, type TestBroker } from '../../support/broker-in-process.js';
import { type FlakyProxy, startFlakyProxy } from '../../support/flaky-proxy.js';
import { acmeDirectory } from '../support/gateway-tenant.js';
import { Leftovers } from '../support/leftovers.js';
import { describeDriving } from '../support/needs.js';
import { caddy, type GatewayProgram, haproxy, nginx } from './gateway-programs.js';
import { type PlainAnswer, type PlainRequest, send } from './plain-request.js';
import { type RunningGateway, startGateway } from './start-gateway.js';
import { startUpstream, type Upstream } from './upstream.js';

/** A gateway between Dana and an application, with the composed broker behind it. */
export interface Scene {
  readonly name: string;
  readonly origin: string;
  readonly broker: TestBroker;
  readonly upstream: Upstream;
  /** What stands between gateway and broker. */
  readonly wire: FlakyProxy;
  /** Dana's Authorization. */
  readonly authorization: string;
  /** As whoever the headers say; tells how many requests reached the application meanwhile. */
  anybody(request: PlainRequest): Promise<PlainAnswer & { reached: number }>;
  /** As Dana. */
  dana(request: PlainRequest): Promise<PlainAnswer & { reached: number }>;
}

const RECORD = { type: 'record', id: '{id}' };
const read = { action: 'read', resource: RECORD, context: { purpose: 'TREAT' } };
const ROUTES = [
  { method: 'HEAD', path: '/records/{id}', ...read },
  { method: 'OPTIONS', path: '/records/{id}', ...read },
  { method: 'POST', path: '/records/{id}/scan', ...read },
  {
    method: 'GET',
    path: '/pages/{id}',
    ...read,
    cookie: 'session',
    unauthenticated: 'redirect',
    denied: 'ask',
    token: { audience: 'prod-db' },
    groups: true,
  },
];
/** The host that browsers in these tests ask for. */
export const SITE = 'localhost:4000';
const SETTINGS = {
  browser: { signIn: 'https://login.example/start?rd={url}', origins: [`http://${SITE}`] },
};

/** Runs `body` once for every gateway that is installed here, all of them before one broker. */
export function describeGateways(title: string, body: (scene: () => Scene) => void): void {
  describe(title, () => {
    const leftovers = new Leftovers();
    let world: World;
    beforeAll(async () => {
      const directory = acmeDirectory(ROUTES, SETTINGS);
      leftovers.keep({ stop: () => directory.discard() });
      const broker = await startInProcess({ SALLYPORT_DEMO_TENANT_DIR: directory.path });
      leftovers.keep({ stop: () => broker.close() });
      const upstream = leftovers.keep(await startUpstream());
      const wire = await startFlakyProxy(Number(new URL(broker.url).port));
      leftovers.keep({ stop: () => wire.close() });
      const { email, password } = broker.person('dana@acme.example');
      const token = await broker.client.idToken(email, password, 'dana-laptop');
      world = { broker, upstream, wire, authorization: `Bearer ${token}` };
    });
    afterAll(() => leftovers.stop());
    for (const gateway of [nginx, caddy, haproxy]) {
      describeDriving(gateway.program, `with ${gateway.program}`, (program) => {
        let running: RunningGateway;
        beforeAll(async () => {
          running = await startBefore(world, gateway, program);
        });
        afterAll(() => running.stop());
        body(() => sceneOf(world, gateway.program, running.origin));
      });
    }
  });
}

type World = Pick<Scene, 'broker' | 'upstream' | 'wire' | 'authorization'>;

function startBefore({ broker, upstream, wire }: World, gateway: GatewayProgram, program: string) {
  return startGateway(gateway, program, {
    upstream: upstream.address,
    sallyport: `127.0.0.1:${wire.port}`,
    key: broker.pepKeys.acme,
  });
}

function sceneOf(world: World, name: string, origin: string): Scene {
  const { upstream, authorization } = world;
  const anybody = async (request: PlainRequest) => {
    const before = upstream.received.length;
    const answer = await send(origin, request);
    return { ...answer, reached: upstream.received.length - before };
  };
  return {
    ...world,
    name,
    origin,
    anybody,
    dana: (request) => anybody({ ...request, headers: { authorization, ...request.headers } }),
  };
}
