/** Two processes for the doors: all that Sallyport makes of a machine with two cores, as Cerbos always does. */
import { loadsOf, measureLoads } from './support/http-loads.mjs';
import { peerGoals, rowsOf } from './support/http-report.mjs';
import { startWorld } from './support/zero-trust-world.mjs';

const processes = 2;

const about = `The loads of \`http\` with SALLYPORT_WORKERS=2, against two processes of the bare route and against Cerbos, which uses all cores by itself. Both processes write to the log of one tenant. The load
generator and PostgreSQL take from the same two cores; what a second process brings shows better where there are more.`;

/** @param {import('./support/contract.d.ts').BenchOptions} options */
export async function measure(options) {
  const { cleanup, say } = options;
  const world = await startWorld(cleanup, say, { processes });
  const { single256, single64, batch10 } = loadsOf(world, cleanup);
  const loads = { single256, single64, batch10 };
  const { measured } = await measureLoads(loads, world.sallyport, options);
  return {
    title: 'Two processes',
    about: about.replaceAll('\n', ' '),
    rows: Object.entries(loads).flatMap(([name, load]) => rowsOf(load, measured[name])),
    goals: peerGoals(loads, measured, ', two processes'),
  };
}
