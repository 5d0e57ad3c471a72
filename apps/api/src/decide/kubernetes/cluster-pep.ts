import type { EvaluationRequest } from '@sallyport/contracts';
import type { FastifyRequest } from 'fastify';
import { ForbiddenError } from '../../platform/errors.js';
import { credentialOf } from '../../platform/http/route-access.js';
import type { Pep } from '../../registers/facts.ports.js';
import type { DecideInput } from '../decide-input.js';
import { DEFAULT_TRUST } from '../trust.js';

/** The API server that asks. Throws ForbiddenError for every other kind of enforcement point. */
export function clusterPep(request: FastifyRequest): Pep {
  const { pep } = credentialOf(request, 'pep');
  if (pep.kind === 'kubernetes') return pep;
  throw new ForbiddenError('this enforcement point is not of the kind kubernetes');
}

/**
 * The question as it is decided. What is in its properties was derived here from what the API server has authenticated or is about to
 * store: no list of trusted names can be right about it but a complete one. Whether it may assert subjects is up to its list.
 */
export function inputOf(pep: Pep, requestId: string, question: EvaluationRequest): DecideInput {
  const { subject, resource } = question;
  const derived = [subject.properties, resource.properties].flatMap((one) =>
    Object.keys(one ?? {}),
  );
  const trustedProperties = new Set([...(pep.trustedProperties ?? DEFAULT_TRUST), ...derived]);
  return { pep: { ...pep, trustedProperties }, requestId, question: { context: {}, ...question } };
}
