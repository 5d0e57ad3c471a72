import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { credentialOf } from '../../platform/http/route-access.js';
import { RouteRegistrar } from '../../platform/http/route-registrar.js';
import type { SignalHub } from './signal-hub.js';

const BEAT_MS = 5_000;
const LOOK_MS = 250;

/** `GET /v1/signals`: what may have turned a decision of the enforcement point's tenant, as it happens. */
export class SignalsRoutes extends RouteRegistrar {
  constructor(private readonly hub: SignalHub) {
    super();
  }

  register(server: FastifyInstance): void {
    const config = { access: 'pep', body: 'none' } as const;
    server.get('/v1/signals', { config, exposeHeadRoute: false }, (request, reply) =>
      this.signals(request, reply),
    );
    const beat = setInterval(() => this.hub.beat(), BEAT_MS).unref();
    // A server that takes nobody in any more waits for its connections to end, and these would not.
    let hasListened = false;
    const look = setInterval(() => {
      hasListened ||= server.server.listening;
      if (hasListened && !server.server.listening) this.hub.stop();
    }, LOOK_MS).unref();
    server.addHook('preClose', (done) => {
      clearInterval(beat);
      clearInterval(look);
      this.hub.stop();
      done();
    });
  }

  private signals(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const { pep } = credentialOf(request, 'pep');
    const stream = this.hub.open(pep, seenBy(request.headers['last-event-id']));
    return reply
      .headers({
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        // What a proxy holds back comes too late.
        'x-accel-buffering': 'no',
      })
      .send(stream);
  }
}

/** A version that is none is one that was never seen. */
function seenBy(header: string | string[] | undefined): number | undefined {
  return typeof header === 'string' && /^\d{1,15}$/.test(header) ? Number(header) : undefined;
}
