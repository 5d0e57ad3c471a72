import type { Demo } from '../support/demo.js';
import { untilTime } from '../../support/eventually.js';
import { Gateway } from '../support/gateway.js';
import { GrantDesk } from '../support/grants.js';
import type { World } from './screens.js';

/** Something to see on every screen: a request that waits, a grant that lives, one that ended, decisions of both kinds. */
export async function makeWorld(demo: Demo): Promise<World> {
  const gateway = new Gateway(demo, await demo.danasToken());
  const desk = await GrantDesk.open(demo);
  const { decisionId } = await gateway.mayReadProduction();
  const short = await desk.grant(1);
  const live = await desk.grant(1_800);
  await gateway.mayReadProduction();
  await gateway.tokenForProduction();
  const pendingRequestId = await desk.ask();
  await untilTime(short.endsAtMs);
  return { pendingRequestId, decidedRequestId: live.requestId, decisionId };
}
