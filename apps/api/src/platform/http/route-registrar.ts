import type { FastifyInstance } from 'fastify';

/** A feature's REST routes. They go straight onto Fastify: Nest's guards, pipes and interceptors double the cost of a decision. */
export abstract class RouteRegistrar {
  abstract register(server: FastifyInstance): void;
}
