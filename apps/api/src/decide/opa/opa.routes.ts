import type { PepOpaPath } from '@sallyport/contracts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { BadRequestError, NotFoundError } from '../../platform/errors.js';
import { credentialOf } from '../../platform/http/route-access.js';
import { RouteRegistrar } from '../../platform/http/route-registrar.js';
import { parseStrictJson } from '../../platform/http/strict-json.js';
import type { Pep } from '../../registers/facts.ports.js';
import { sendHeaders } from '../answer-headers.js';
import { type Body } from '../authzen/read-member.js';
import { requireWellFormed } from '../authzen/well-formed.js';
import type { DecideService } from '../decide.service.js';
import type { DecisionOutcome } from '../decision-outcome.js';
import { documentOf, metricsOf, readAnswerOptions, textOf } from './opa-answer.js';
import { answerBatch } from './opa-batch.js';
import { withOpaCode } from './opa-errors.js';
import { opaPathOf } from './opa-paths.js';
import { resultOf } from './opa-result.js';
import { readInput } from './read-input.js';

type OpaRequest = FastifyRequest<{ Params: { '*': string } }>;
const JSON_TYPE = 'application/json; charset=utf-8';

/**
 * OPA's Data API over our decisions, for whoever speaks it already: its own clients, Kong, APISIX, Envoy's plugin. A path that
 * the enforcement point did not declare is undefined, which every one of them takes for a denial.
 */
export class OpaRoutes extends RouteRegistrar {
  constructor(private readonly decide: DecideService) {
    super();
  }

  register(server: FastifyInstance): void {
    const preSerialization = withOpaCode;
    const read = { preSerialization, config: { access: 'pep', body: 'none' } } as const;
    const write = { preSerialization, config: { access: 'pep', body: 'json' } } as const;
    server.get('/v1/data/*', read, (request: OpaRequest, reply) =>
      this.document(request, reply, inputInQuery(request)),
    );
    server.post('/v1/data/*', write, (request: OpaRequest, reply) =>
      this.document(request, reply, wellFormed(request)['input']),
    );
    server.post('/v0/data/*', write, (request: OpaRequest, reply) => this.bare(request, reply));
    server.post('/v1/batch/data/*', write, (request: OpaRequest, reply) => {
      const path = opaPathOf(credentialOf(request, 'pep').pep, request.params['*']);
      return answerBatch(this.decide, request, reply, path, wellFormed(request));
    });
  }

  private async document(
    request: OpaRequest,
    reply: FastifyReply,
    input: unknown,
  ): Promise<FastifyReply> {
    const options = readAnswerOptions(request.query as Body);
    const { pep } = credentialOf(request, 'pep');
    const path = opaPathOf(pep, request.params['*']);
    reply.header('content-type', JSON_TYPE);
    if (!path) return reply.send(textOf({}, options));
    const outcome = await this.ask(request, pep, path, input);
    sendHeaders(reply, outcome.decisionId, [outcome]);
    const document = documentOf(path, outcome, pep.tenantId, options);
    return reply.send(textOf({ ...document, ...metricsOf(options, reply.elapsedTime) }, options));
  }

  /** Version 0: the body is the input, the answer the result. */
  private async bare(request: OpaRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { pep } = credentialOf(request, 'pep');
    const path = opaPathOf(pep, request.params['*']);
    if (!path) throw new NotFoundError('document missing or undefined');
    const outcome = await this.ask(request, pep, path, wellFormed(request));
    sendHeaders(reply, outcome.decisionId, [outcome]);
    const options = readAnswerOptions(request.query as Body);
    return reply.header('content-type', JSON_TYPE).send(textOf(resultOf(path, outcome), options));
  }

  private ask(
    { id }: OpaRequest,
    pep: Pep,
    path: PepOpaPath,
    input: unknown,
  ): Promise<DecisionOutcome> {
    const asker = { pep, requestId: id };
    const read = readInput(pep, path, input);
    return read.question
      ? this.decide.decide({ ...asker, question: read.question })
      : this.decide.refuse(asker, read.seen, read.reason);
  }
}

function wellFormed({ body, mayBeIllFormed }: FastifyRequest): Body {
  if (mayBeIllFormed) requireWellFormed(body);
  return body as Body;
}

function inputInQuery({ query }: FastifyRequest): unknown {
  const { input } = query as Body;
  if (input === undefined) return undefined;
  const field = 'input';
  if (typeof input !== 'string') throw new BadRequestError('input: is there twice', { field });
  try {
    const { value, mayBeIllFormed } = parseStrictJson(Buffer.from(input));
    if (mayBeIllFormed) requireWellFormed(value, field);
    return value;
  } catch (error) {
    if (!(error instanceof BadRequestError)) throw error;
    throw new BadRequestError(error.message.replace(/^the body/, 'input'), { field });
  }
}
