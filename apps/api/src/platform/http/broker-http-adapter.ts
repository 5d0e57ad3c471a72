import { FastifyAdapter } from '@nestjs/platform-fastify';
import fastify, { type FastifyServerOptions } from 'fastify';

/** Fastify under Nest, with our own answers for errors and unknown paths: Nest would put its own in their place. */
export class BrokerHttpAdapter extends FastifyAdapter {
  /**
   * Nest would hook seven functions into every request, and a version constraint into its router: for its CORS, CSRF,
   * versioning and middleware, none of which is used here, while every decision would pay for them. So it gets a server
   * that takes no hooks while the adapter is made, and says that it has middleware already.
   */
  constructor(options: FastifyServerOptions) {
    const server = fastify(options);
    const { addHook } = server;
    server.addHook = () => server;
    super(Object.assign(server, { skipMiddie: true }) as never);
    server.addHook = addHook;
  }

  override setErrorHandler(): ReturnType<FastifyAdapter['setErrorHandler']> {
    return this.getInstance();
  }

  override setNotFoundHandler(): ReturnType<FastifyAdapter['setNotFoundHandler']> {
    return this.getInstance();
  }
}
