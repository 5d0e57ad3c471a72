/** Fastify plugin. */
import type { FastifyPluginCallback, FastifyRequest } from 'fastify';
import { type GuardOptions, judge, type Mapping } from '../guard/judge.js';
import type { Decision } from '../model.js';
import type { PepClient } from '../pep-client.js';

export { type GuardOptions, type Mapping, NOBODY, OPEN } from '../guard/judge.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** What was decided about this request; undefined where nobody had to be asked. */
    decision: Decision | undefined;
  }
}

export interface PepPluginOptions extends GuardOptions {
  readonly client: PepClient;
  readonly ask: Mapping<FastifyRequest>;
  /** `onRequest` (the default) asks before the body is read; `preHandler` where the mapping needs the body. */
  readonly hook?: 'onRequest' | 'preHandler';
}

const guard: FastifyPluginCallback<PepPluginOptions> = (server, options, done) => {
  const { client, ask, hook = 'onRequest' } = options;
  server.decorateRequest('decision', undefined);
  server.addHook(hook, async (request: FastifyRequest, reply) => {
    const verdict = await judge(client, request, ask, options);
    if (verdict.passes) {
      request.decision = verdict.decision;
      return undefined;
    }
    const { status, headers, problem } = verdict.refusal;
    return reply.code(status).headers(headers).send(JSON.stringify(problem));
  });
  done();
};

/** Guards every route that is added after it, in the scope that it is registered in. */
export const pepPlugin: FastifyPluginCallback<PepPluginOptions> = Object.assign(guard, {
  // What fastify-plugin sets: hooks belong to the scope that registers the plugin.
  [Symbol.for('skip-override')]: true,
  [Symbol.for('fastify.display-name')]: '@sallyport/pep',
});
