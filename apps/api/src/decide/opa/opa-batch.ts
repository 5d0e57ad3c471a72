import type { PepOpaPath } from '@sallyport/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BadRequestError } from '../../platform/errors.js';
import { credentialOf } from '../../platform/http/route-access.js';
import { sendHeaders } from '../answer-headers.js';
import { MAX_BATCH } from '../authzen/batch-items.js';
import { type Body, readObject, refuse } from '../authzen/read-member.js';
import type { DecideService } from '../decide.service.js';
import type { DecisionOutcome } from '../decision-outcome.js';
import { documentOf, metricsOf, readAnswerOptions, textOf } from './opa-answer.js';
import { opaErrorCode } from './opa-errors.js';
import { readInput, type ReadInput } from './read-input.js';

/** One input of a batch: read, or what is wrong with it. */
type Item = { readonly name: string } & (
  { readonly read: ReadInput } | { readonly read: undefined; readonly message: string }
);

/**
 * `POST /v1/batch/data/<path>` in Enterprise OPA's shape: named inputs, named answers, one durable append. 207 where an input
 * could not be read: it is an error of its own, and fails no other.
 */
export async function answerBatch(
  decide: DecideService,
  request: FastifyRequest,
  reply: FastifyReply,
  path: PepOpaPath | undefined,
  body: Body,
): Promise<FastifyReply> {
  const { pep } = credentialOf(request, 'pep');
  const options = readAnswerOptions(request.query as Body);
  const inputs = Object.entries(readObject(body['inputs'], 'inputs'));
  const max = pep.limits?.maxBatch ?? MAX_BATCH;
  if (inputs.length > max) refuse('inputs', `at most ${max} items`);
  reply.header('content-type', 'application/json; charset=utf-8');
  if (!path || inputs.length === 0) {
    const responses = Object.fromEntries(inputs.map(([name]) => [name, {}]));
    return reply.send(textOf({ responses }, options));
  }
  const items = inputs.map(([name, input]): Item => {
    try {
      return { name, read: readInput(pep, path, input) };
    } catch (error) {
      if (!(error instanceof BadRequestError)) throw error;
      return { name, read: undefined, message: error.message };
    }
  });
  const questions = items.map(({ read }) => read?.question);
  const asker = { pep, requestId: request.id };
  const { batchId, outcomes } = await decide.decideAll(asker, questions, 'execute_all');
  sendHeaders(reply, batchId, outcomes);
  const isMixed = items.some(({ read }) => read === undefined);
  const responses = items.map((item, index) => {
    const outcome = outcomes[index] as DecisionOutcome;
    const status = isMixed ? { http_status_code: item.read ? '200' : '500' } : {};
    const answer = item.read
      ? documentOf(path, outcome, pep.tenantId, options)
      : { decision_id: outcome.decisionId, code: opaErrorCode(400), message: item.message };
    return [item.name, { ...status, ...answer }] as const;
  });
  const document = {
    batch_decision_id: batchId,
    responses: Object.fromEntries(responses),
    ...metricsOf(options, reply.elapsedTime),
  };
  return reply.code(isMixed ? 207 : 200).send(textOf(document, options));
}
