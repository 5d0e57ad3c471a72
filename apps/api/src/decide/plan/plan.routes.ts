import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { credentialOf } from '../../platform/http/route-access.js';
import { RouteRegistrar } from '../../platform/http/route-registrar.js';
import type { Body } from '../authzen/read-member.js';
import { requireWellFormed } from '../authzen/well-formed.js';
import type { PlanService } from './plan.service.js';
import { readPlan } from './read-plan.js';

/** For data layers: not whether one resource may be had, but which may. */
export class PlanRoutes extends RouteRegistrar {
  constructor(private readonly plans: PlanService) {
    super();
  }

  register(server: FastifyInstance): void {
    const config = { access: 'pep', body: 'json' } as const;
    server.post<{ Body: Body }>('/v1/plan', { config }, (request, reply) =>
      this.plan(request, reply),
    );
  }

  private async plan(
    request: FastifyRequest<{ Body: Body }>,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    if (request.mayBeIllFormed) requireWellFormed(request.body);
    const { pep } = credentialOf(request, 'pep');
    const asked = readPlan(request.body);
    const outcome = await this.plans.plan({ pep, requestId: request.id }, asked);
    reply.header('x-decision-id', outcome.decisionId).header('cache-control', 'private, max-age=0');
    if (outcome.policyVersion !== null) reply.header('x-policy-version', outcome.policyVersion);
    if (outcome.warning !== undefined) reply.header('x-sallyport-warning', outcome.warning);
    const { refusal } = outcome;
    if (refusal === undefined) return reply.send(outcome.answer);
    return reply.code(422).send({
      error: 'unprocessable',
      reason: 'plan-inexpressible',
      message: refusal.message,
      policy: refusal.policy ?? null,
      expression: refusal.expression ?? null,
      requestId: request.id,
    });
  }
}
