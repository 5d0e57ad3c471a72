import { FastifyAdapter } from '@nestjs/platform-fastify';

/** Fastify under Nest, with our own answers for errors and unknown paths: Nest would put its own in their place. */
export class BrokerHttpAdapter extends FastifyAdapter {
  override setErrorHandler(): ReturnType<FastifyAdapter['setErrorHandler']> {
    return this.getInstance();
  }

  override setNotFoundHandler(): ReturnType<FastifyAdapter['setNotFoundHandler']> {
    return this.getInstance();
  }
}
