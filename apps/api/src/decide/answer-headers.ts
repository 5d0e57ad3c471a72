import type { FastifyReply } from 'fastify';
import { type DecisionOutcome, warningOf } from './decision-outcome.js';

/** What differs from answer to answer travels in headers: the same question keeps the same body. */
export function sendHeaders(
  reply: FastifyReply,
  decisionId: string,
  outcomes: readonly DecisionOutcome[],
): void {
  const version = outcomes.find(isByPolicy)?.policyVersion;
  reply.header('x-decision-id', decisionId);
  if (version) reply.header('x-policy-version', version);
  reply.header('cache-control', 'private, max-age=0');
  const warning = warningOf(outcomes);
  if (warning !== undefined) reply.header('x-sallyport-warning', warning);
}

function isByPolicy({ policyVersion }: DecisionOutcome): boolean {
  return policyVersion !== null;
}
