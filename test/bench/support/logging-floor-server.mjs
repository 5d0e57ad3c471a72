/**
 * The bare route that logs: it parses the body and makes an entry of the common size durable for every check in it, as the
 * decision door does, and decides nothing. What it answers a second is what the log alone leaves to decisions.
 * Settings come from the environment: PORT, DATABASE_URL. Tiles, checkpoints and search rows are made of nothing here.
 */
import fastify from 'fastify';
import { encodedDecision } from './sample-decision.mjs';

const { Database } = await import('../../../apps/api/dist/adapters/postgres/database.js');
const { PostgresAuditLog } =
  await import('../../../apps/api/dist/adapters/postgres/log/postgres-audit-log.js');
const { newId } = await import('../../../apps/api/dist/platform/ids.js');

const tenant = 'bench';
const { PORT: port, DATABASE_URL: url } = process.env;
process.on('disconnect', () => process.exit());

const log = new PostgresAuditLog(new Database({ url, poolSize: 4 }));
// Strings of one piece around the id: putting a text together is the decision's work.
const sample = encodedDecision(0);
const [before, after] = sample.split(JSON.parse(sample).id);

const server = fastify();
server.post('/access/v1/evaluation', async () => {
  await log.appendEncoded(tenant, entries(1));
  return { decision: true };
});
server.post('/access/v1/evaluations', async ({ body }) => {
  await log.appendEncoded(tenant, entries(body.evaluations.length));
  return { evaluations: body.evaluations.map(() => ({ decision: true })) };
});
await server.listen({ port: Number(port), host: '127.0.0.1' });
process.send({ type: 'ready' });

/** As many entries as there are checks, none like another. */
function entries(count) {
  const id = newId(Date.now());
  return Array.from({ length: count }, (_, at) => `${before}${id}.${at}${after}`);
}
