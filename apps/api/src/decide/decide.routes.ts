import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { BadRequestError, NotFoundError } from '../platform/errors.js';
import { credentialOf } from '../platform/http/route-access.js';
import { RouteRegistrar } from '../platform/http/route-registrar.js';
import type { FactsRegister, Pep } from '../registers/facts.ports.js';
import { sendHeaders } from './answer-headers.js';
import { answerText } from './authzen/answer.js';
import { sendCacheHint } from './authzen/cache-hint.js';
import { type BatchItem, rawItems, readItems } from './authzen/batch-items.js';
import type { Body } from './authzen/read-member.js';
import { readBatchOptions, readOptions } from './authzen/read-options.js';
import { readQuestion } from './authzen/read-question.js';
import type { SignedMetadata } from './authzen/signed-metadata.js';
import { requireWellFormed } from './authzen/well-formed.js';
import type { DecideService } from './decide.service.js';
import type { DecisionOutcome } from './decision-outcome.js';
import { mayBeAudience } from './tokens/audience.js';

type DecideRequest = FastifyRequest<{ Body: Body }>;
const TENANT_NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** AuthZEN Authorization API 1.0: evaluation, evaluations, metadata. */
export class DecideRoutes extends RouteRegistrar {
  constructor(
    private readonly decide: DecideService,
    private readonly facts: FactsRegister,
    private readonly signed: SignedMetadata,
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

  // Both answer by themselves when the log has answered, and return nothing: a promise here costs Fastify several.

  private evaluation(request: DecideRequest, reply: FastifyReply): void {
    if (request.mayBeIllFormed) requireWellFormed(request.body);
    const { pep } = credentialOf(request, 'pep');
    const question = readQuestion(request.body);
    const { explain, token } = readOptions(request.body);
    if (token) this.requireAudience(token.audience, pep);
    const deciding = this.decide.decide({ pep, requestId: request.id, question, token });
    answerWith(reply, deciding, (outcome) => {
      sendHeaders(reply, outcome.decisionId, [outcome]);
      sendCacheHint(reply, pep, [outcome], this.facts);
      return answerText(outcome, wantsReasons(request, pep, explain));
    });
  }

  private evaluations(request: DecideRequest, reply: FastifyReply): void {
    const { pep } = credentialOf(request, 'pep');
    const raw = rawItems(request.body, pep.limits?.maxBatch);
    if (raw.length === 0) return this.evaluation(request, reply);
    if (request.mayBeIllFormed) requireWellFormed(request.body);
    const { explain, semantic } = readBatchOptions(request.body);
    const items = readItems(raw, request.body);
    const questions = items.map(({ question }) => question);
    const deciding = this.decide.decideAll({ pep, requestId: request.id }, questions, semantic);
    answerWith(reply, deciding, ({ batchId, outcomes }) => {
      sendHeaders(reply, batchId, outcomes);
      sendCacheHint(reply, pep, outcomes, this.facts);
      const explains = wantsReasons(request, pep, explain);
      const answers = outcomes.map((outcome, at) => itemText(items[at], outcome, explains));
      return `{"evaluations":[${answers.join(',')}]}`;
    });
  }

  private requireAudience(audience: string, pep: Pep): void {
    if (mayBeAudience(audience, pep, this.facts.tenant(pep.tenantId)?.settings)) return;
    throw new BadRequestError('options.token.audience: tokens are not issued for this audience', {
      field: 'options.token.audience',
    });
  }

  /** Answered for every possible tenant name, so that it tells nobody which tenants there are. */
  private metadata(reply: FastifyReply, tenantId?: string): Promise<object> {
    if (tenantId !== undefined && !TENANT_NAME.test(tenantId)) {
      throw new NotFoundError('there is nothing here');
    }
    reply.header('cache-control', 'public, max-age=300');
    return this.signed.of(tenantId);
  }
}

/** Sends the JSON that `write` makes of a result, or the error that it is not to be had for. */
function answerWith<T>(reply: FastifyReply, result: Promise<T>, write: (value: T) => string): void {
  const fail = (error: unknown): void => void reply.send(error);
  result.then((value) => {
    try {
      reply.header('content-type', JSON_TYPE).send(write(value));
    } catch (error) {
      fail(error);
    }
  }, fail);
}

const JSON_TYPE = 'application/json; charset=utf-8';

function wantsReasons(request: FastifyRequest, pep: Pep, asked: boolean): boolean {
  return asked || pep.explain || request.headers['x-sallyport-explain'] === 'true';
}

function itemText(item: BatchItem | undefined, outcome: DecisionOutcome, explain: boolean): string {
  if (!item || item.question) return answerText(outcome, explain);
  const error = { status: 400, message: item.message };
  return JSON.stringify({ decision: false, context: { error } });
}
