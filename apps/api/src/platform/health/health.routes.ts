import type { FastifyInstance, FastifyReply } from 'fastify';
import { RouteRegistrar } from '../http/route-registrar.js';

/**
 * One thing a process needs before it may serve; resolves when it is well, with a word where that is not all to say of it,
 * and rejects when it is not.
 */
export interface ReadinessCheck {
  readonly name: string;
  readonly check: () => Promise<unknown>;
}

const CHECK_TIMEOUT_MS = 2_000;

/**
 * `/livez`: the process turns. `/readyz`: it can decide, log and sign. `/health`: the same for clients of OPA, whose shape it has.
 * `/metrics`: Prometheus, for the admin token.
 */
export class HealthRoutes extends RouteRegistrar {
  private draining = false;

  constructor(
    private readonly checks: readonly ReadinessCheck[],
    /** Prometheus' text format. */
    private readonly metrics: () => Promise<string>,
  ) {
    super();
  }

  register(server: FastifyInstance): void {
    server.get('/livez', { config: { access: 'public' } }, () => ({ status: 'ok' }));
    server.get('/readyz', { config: { access: 'public' } }, (_request, reply) => this.ready(reply));
    server.get('/health', { config: { access: 'public' } }, (_request, reply) =>
      this.healthy(reply),
    );
    server.get('/metrics', { config: { access: 'admin' } }, async (_request, reply) =>
      reply.type('text/plain; version=0.0.4; charset=utf-8').send(await this.metrics()),
    );
  }

  /** From now on `/readyz` says no, so that a load balancer looks elsewhere while this process finishes. */
  drain(): void {
    this.draining = true;
  }

  /** Whether this process may serve, as `/readyz` says it. */
  async isReady(): Promise<boolean> {
    return (await this.look()).isReady;
  }

  private async healthy(reply: FastifyReply): Promise<object> {
    const { isReady } = await this.look();
    void reply.code(isReady ? 200 : 500).header('cache-control', 'no-store');
    return isReady ? {} : { error: 'not ready' };
  }

  private async look() {
    const results = await Promise.all(this.checks.map(resultOf));
    return { results, isReady: !this.draining && results.every(({ ok }) => ok) };
  }

  private async ready(reply: FastifyReply): Promise<unknown> {
    const { results, isReady } = await this.look();
    void reply.code(isReady ? 200 : 503).header('cache-control', 'no-store');
    return {
      status: this.draining ? 'draining' : isReady ? 'ready' : 'not-ready',
      checks: Object.fromEntries(results.map(({ name, ok, says }) => [name, ok ? says : 'failed'])),
    };
  }
}

async function resultOf({ name, check }: ReadinessCheck) {
  let timer: NodeJS.Timeout | undefined;
  const failed = { name, ok: false, says: '' };
  const timeout = new Promise<typeof failed>((resolve) => {
    timer = setTimeout(() => resolve(failed), CHECK_TIMEOUT_MS);
  });
  const result = await Promise.race([
    check().then(
      (word) => ({ name, ok: true, says: typeof word === 'string' ? word : 'ok' }),
      () => failed,
    ),
    timeout,
  ]);
  clearTimeout(timer);
  return result;
}
