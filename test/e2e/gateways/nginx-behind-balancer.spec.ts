import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { CALIFORNIA, type Demo, GERMANY, startDemo } from '../support/demo.js';
import { untilTime } from '../../support/eventually.js';
import { applyMoreRoutes } from '../support/gateway-tenant.js';
import { GrantDesk } from '../support/grants.js';
import { Leftovers } from '../support/leftovers.js';
import { describeDriving } from '../support/needs.js';
import { nginx } from './gateway-programs.js';
import { type PlainRequest, send } from './plain-request.js';
import { type RunningGateway, startGateway } from './start-gateway.js';
import { startUpstream, type Upstream } from './upstream.js';

// A start may have to build first.
jest.setTimeout(240_000);

/** As the README says for nginx behind a load balancer; here the test is the load balancer. */
const TRUSTED_PROXIES = 'set_real_ip_from 127.0.0.1;\nreal_ip_header X-Forwarded-For;\n';

describeDriving('nginx', 'nginx behind a load balancer, before the started system', (program) => {
  const leftovers = new Leftovers();
  let demo: Demo;
  let desk: GrantDesk;
  let upstream: Upstream;
  let gateway: RunningGateway;
  let authorization: string;

  beforeAll(async () => {
    demo = leftovers.keep(await startDemo());
    await applyMoreRoutes(demo);
    desk = await GrantDesk.open(demo);
    upstream = leftovers.keep(await startUpstream());
    const sallyport = new URL(demo.url).host;
    const settings = { upstream: upstream.address, sallyport, key: demo.key };
    gateway = await startGateway(nginx, program, settings, ({ directory }) =>
      writeFileSync(join(directory, 'trusted-proxies.conf'), TRUSTED_PROXIES),
    );
    leftovers.keep(gateway);
    authorization = `Bearer ${await demo.danasToken()}`;
  });
  afterAll(() => leftovers.stop());

  /** As Dana, from Germany, unless the request says otherwise; tells how many requests reached the application. */
  const asDana = async (request: PlainRequest) => {
    const before = upstream.received.length;
    const headers = { authorization, 'x-forwarded-for': GERMANY, ...request.headers };
    const answer = await send(gateway.origin, { ...request, headers });
    return { ...answer, reached: upstream.received.length - before };
  };

  it('believes the address that the load balancer saw, never one that the client wrote before it', async () => {
    const grant = await desk.grant(600);
    expect(await asDana({ path: '/db' })).toMatchObject({ status: 200, reached: 1 });
    const forwarded = { 'x-forwarded-for': `${GERMANY}, ${CALIFORNIA}`, 'x-real-ip': GERMANY };
    const answer = await asDana({ path: '/db', headers: forwarded });
    expect(answer).toMatchObject({ status: 403, reached: 0 });
    expect(answer.headers['x-sallyport-reason']).toBe('impossible-travel');
    await desk.revoke(grant);
    expect(await asDana({ path: '/db' })).toMatchObject({ status: 403, reached: 0 });
  });

  it('stops letting her through at the moment the grant ends by itself', async () => {
    const { endsAtMs } = await desk.grant(4);
    expect(await asDana({ path: '/db' })).toMatchObject({ status: 200, reached: 1 });
    await untilTime(endsAtMs);
    expect(await asDana({ path: '/db' })).toMatchObject({ status: 403, reached: 0 });
  });

  it('lets nobody through while the broker is away, not even a live grant', async () => {
    await desk.grant(600);
    expect(await asDana({ path: '/db' })).toMatchObject({ status: 200, reached: 1 });
    await demo.system.stop();
    expect(await asDana({ path: '/db' })).toMatchObject({ status: 403, reached: 0 });
  });
});
