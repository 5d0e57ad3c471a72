/**
 * The floor: Fastify with its default settings, one route that parses the body and answers a constant. Nothing that serves
 * HTTP with Fastify can be faster. Usage: floor-server.mjs <port> [processes=1]
 */
import cluster from 'node:cluster';
import fastify from 'fastify';

const [port, processes = 1] = process.argv.slice(2).map(Number);
process.on('disconnect', () => process.exit());

if (cluster.isPrimary && processes > 1) {
  let listening = 0;
  cluster.on('listening', () => {
    listening += 1;
    if (listening === processes) process.send({ type: 'ready' });
  });
  for (let n = 0; n < processes; n += 1) cluster.fork();
} else {
  const server = fastify();
  for (const path of ['/access/v1/evaluation', '/access/v1/evaluations'])
    server.post(path, async (request) => ({ decision: request.body !== null }));
  await server.listen({ port, host: '127.0.0.1' });
  if (cluster.isPrimary) process.send({ type: 'ready' });
}
