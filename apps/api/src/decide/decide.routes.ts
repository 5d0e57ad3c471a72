import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { BadRequestError, NotFoundError } from '../platform/errors.js';
import { credentialOf } from '../platform/http/route-access.js';
import { parseBody } from '../platform/http/parse-body.js';
import { RouteRegistrar } from '../platform/http/route-registrar.js';
import type { FactsRegister, Pep } from '../registers/facts.ports.js';
import { answerBody, type EvaluationAnswer } from './authzen/answer.js';
import { type BatchItem, rawItems, readItems } from './authzen/batch-items.js';
import { batchOptionsSchema, evaluationSchema, optionsSchema } from './authzen/evaluation-body.js';
import { authzenMetadata } from './authzen/metadata.js';
import { requireWellFormed } from './authzen/well-formed.js';
import type { DecideSettings } from './decide.ports.js';
import type { Asker } from './decide-input.js';
import type { DecideService } from './decide.service.js';
import { type DecisionOutcome, warningOf } from './decision-outcome.js';
import { mayBeAudience } from './tokens/audience.js';

type Body = Readonly<Record<string, unknown>>;
const TENANT_NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** AuthZEN Authorization API 1.0: evaluation, evaluations, metadata. */
export class DecideRoutes extends RouteRegistrar {
  constructor(
    private readonly decide: DecideService,
    private readonly facts: FactsRegister,
    private readonly settings: DecideSettings,
  ) {
    super();
  }

  register(server: FastifyInstance): void {
    const config = { access: 'pep', body: 'json' } as const;
    server.post<{ Body: Body }>('/access/v1/evaluation', { config }, (request, reply) =>
      this.evaluation(request, reply),
    );
    server.post<{ Body: Body }>('/access/v1/evaluations', { config }, (request, reply) =>
      this.evaluations(request, reply),
    );
    const path = '/.well-known/authzen-configuration';
    const open = { config: { access: 'public', body: 'none' } } as const;
    server.get(path, open, (_, reply) => this.metadata(reply));
    server.get<{ Params: { tenant: string } }>(`${path}/:tenant`, open, ({ params }, reply) =>
      this.metadata(reply, params.tenant),
    );
  }

  private async evaluation(
    request: FastifyRequest<{ Body: Body }>,
    reply: FastifyReply,
  ): Promise<EvaluationAnswer> {
    requireWellFormed(request.body);
    const asker = askerOf(request);
    const question = parseBody(evaluationSchema, request.body);
    const { options } = parseBody(optionsSchema, request.body);
    const token = options?.token ?? undefined;
    if (token) this.requireAudience(token.audience, asker.pep);
    const outcome = await this.decide.decide({
      ...asker,
      question,
      ...(token === undefined ? {} : { token }),
    });
    sendHeaders(reply, outcome.decisionId, [outcome]);
    return answerBody(outcome, wantsReasons(request, options?.explain));
  }

  private async evaluations(
    request: FastifyRequest<{ Body: Body }>,
    reply: FastifyReply,
  ): Promise<EvaluationAnswer | { readonly evaluations: readonly EvaluationAnswer[] }> {
    const raw = rawItems(request.body);
    if (raw.length === 0) return this.evaluation(request, reply);
    requireWellFormed(request.body);
    const { options } = parseBody(batchOptionsSchema, request.body);
    const items = readItems(raw, request.body);
    const { batchId, outcomes } = await this.decide.decideAll(
      askerOf(request),
      items.map(({ question }) => question),
      options?.evaluations_semantic ?? 'execute_all',
    );
    sendHeaders(reply, batchId, outcomes);
    const explain = wantsReasons(request, options?.explain);
    return {
      evaluations: outcomes.map((outcome, index) => itemAnswer(items[index], outcome, explain)),
    };
  }

  private requireAudience(audience: string, pep: Pep): void {
    if (mayBeAudience(audience, pep, this.facts.tenant(pep.tenantId)?.settings)) return;
    throw new BadRequestError('options.token.audience: tokens are not issued for this audience', {
      field: 'options.token.audience',
    });
  }

  /** Answered for every possible tenant name, so that it tells nobody which tenants there are. */
  private metadata(reply: FastifyReply, tenantId?: string): object {
    if (tenantId !== undefined && !TENANT_NAME.test(tenantId)) {
      throw new NotFoundError('there is nothing here');
    }
    reply.header('cache-control', 'public, max-age=300');
    return authzenMetadata(this.settings.publicUrl, tenantId);
  }
}

function askerOf(request: FastifyRequest): Asker {
  return { pep: credentialOf(request, 'pep').pep, requestId: String(request.id) };
}

function wantsReasons(request: FastifyRequest, asked: boolean | null | undefined): boolean {
  const header = request.headers['x-sallyport-explain'];
  return asked === true || header === 'true' || credentialOf(request, 'pep').pep.explain;
}

function itemAnswer(
  item: BatchItem | undefined,
  outcome: DecisionOutcome,
  explain: boolean,
): EvaluationAnswer {
  if (item && !item.question) {
    return { decision: false, context: { error: { status: 400, message: item.message } } };
  }
  return answerBody(outcome, explain);
}

/** What differs from answer to answer travels in headers: the same question keeps the same body. */
function sendHeaders(
  reply: FastifyReply,
  decisionId: string,
  outcomes: readonly DecisionOutcome[],
): void {
  const version = outcomes.find(({ policyVersion }) => policyVersion !== null)?.policyVersion;
  reply.header('x-decision-id', decisionId);
  if (version) reply.header('x-policy-version', version);
  reply.header('cache-control', 'private, max-age=0');
  const warning = warningOf(outcomes);
  if (warning !== undefined) reply.header('x-sallyport-warning', warning);
}
