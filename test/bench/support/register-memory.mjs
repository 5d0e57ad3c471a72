/**
 * What a tenant's registers cost in memory, item by item: loads them as a decision process does, in a process of its own.
 * Usage: `node --expose-gc register-memory.mjs <database url> <tenant>`; prints `{ bytesPerItem: { entity, … }, seconds, longestPauseMs }` as JSON.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { kinds } from './fill-registers.mjs';

const api = '../../../apps/api/dist';
const { Database } = await import(`${api}/adapters/postgres/database.js`);
const { PostgresFactsSource } = await import(
  `${api}/adapters/postgres/registers/postgres-facts.js`
);
const { TenantRegister } = await import(`${api}/registers/tenant-register.js`);

const [url, tenant] = process.argv.slice(2);
const database = new Database({ url, poolSize: 2 });
const registers = new Map(kinds.map((kind) => [kind, new TenantRegister(tenant)]));
const counts = Object.fromEntries(kinds.map((kind) => [kind, 0]));
const pauses = monitorEventLoopDelay({ resolution: 1 });
pauses.enable();
const began = performance.now();
await new PostgresFactsSource(database, url).load(tenant, {
  page: (facts) => {
    for (const fact of facts) {
      registers.get(fact.kind)?.put(fact);
      if (fact.kind in counts) counts[fact.kind] += 1;
    }
  },
});
const seconds = (performance.now() - began) / 1_000;
pauses.disable();
await database.close();

const bytesPerItem = {};
for (const kind of kinds) {
  const before = usedBytes();
  registers.delete(kind);
  bytesPerItem[kind] = Math.round((before - usedBytes()) / counts[kind]);
}
console.log(JSON.stringify({ bytesPerItem, seconds, longestPauseMs: pauses.max / 1e6 }));

function usedBytes() {
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
