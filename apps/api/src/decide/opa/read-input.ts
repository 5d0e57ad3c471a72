import type { JsonObject, PepOpaInput, PepOpaPath } from '@sallyport/contracts';
import { BadRequestError } from '../../platform/errors.js';
import type { Pep } from '../../registers/facts.ports.js';
import { isObject } from '../authzen/read-member.js';
import { readQuestion } from '../authzen/read-question.js';
import type { DecideService } from '../decide.service.js';
import { endUserToken } from '../forward-auth/end-user-token.js';
import { matchRoute, type MatchedRoute, MAX_ID_LENGTH } from '../forward-auth/route-match.js';
import { unreadable } from '../forward-auth/unreadable-question.js';
import type { Question } from '../question.js';
import { DEFAULT_SUBJECT_TOKEN_TYPE } from '../subject/verified-token.js';
import { type GatewayPreset, type GatewayRequest, readGatewayRequest } from './gateway-request.js';
import { sourced, sourcedText } from './json-pointer.js';

/** An input as a question; or why it is none, and what of it the log should show. */
export type ReadInput =
  | { readonly question: Question }
  | { readonly question: undefined; readonly seen: Question; readonly reason: Refusal };

type Refusal = Parameters<DecideService['refuse']>[2];

const MAX_TYPE_LENGTH = 256;

/**
 * Reads an input as the path declares. A gateway's input that is no question is refused, for a gateway makes a 500 of a 400; of
 * everybody else's the broken member is named: throws BadRequestError.
 */
export function readInput(pep: Pep, path: PepOpaPath, input: unknown): ReadInput {
  return path.preset === 'generic'
    ? readGeneric(path, input)
    : readGateway(pep, path.preset, path.input, input);
}

function readGeneric({ input: mapping }: PepOpaPath, input: unknown): ReadInput {
  if (!isObject(input)) {
    const problem = input === undefined ? 'is required' : 'must be an object';
    throw new BadRequestError(`input: ${problem}`, { field: 'input' });
  }
  if (!mapping) return { question: questionIn(input) };
  const { token } = mapping;
  const presented = token === undefined ? undefined : sourced(input, token);
  if (token !== undefined && (presented === undefined || presented === null || presented === '')) {
    const anonymous = { subject: { type: 'unknown', id: 'unknown' } };
    const seen = questionIn({ ...mapped(mapping, input), ...anonymous });
    return { question: undefined, seen: withoutSubject(seen), reason: 'subject-token-missing' };
  }
  const { context, ...body } = mapped(mapping, input);
  const proof = presented === undefined ? {} : { subject_token: presented };
  return { question: questionIn({ ...body, context: { ...context, ...proof } }) };
}

function questionIn(body: Readonly<Record<string, unknown>>): Question {
  try {
    return readQuestion(body);
  } catch (error) {
    if (!(error instanceof BadRequestError)) throw error;
    const field = error.field === undefined ? 'input' : `input.${error.field}`;
    throw new BadRequestError(`input: ${error.message}`, { field });
  }
}

function withoutSubject({ action, resource, context }: Question): Question {
  return { action, resource, context };
}

/** The input in AuthZEN's words, as the mapping says. */
function mapped({ subject, action = '', resource, context }: PepOpaInput, input: unknown) {
  const entity = (one: { readonly type: string; readonly id: string } | undefined) =>
    one && { type: sourcedText(input, one.type), id: sourcedText(input, one.id) };
  return {
    subject: entity(subject),
    action: { name: sourcedText(input, action) },
    resource: entity(resource),
    context: contextOf(context, input),
  };
}

function contextOf(mapping: PepOpaInput['context'] = {}, input: unknown): JsonObject {
  const members = Object.entries(mapping).map(([name, source]) => [name, sourced(input, source)]);
  return Object.fromEntries(members.filter(([, value]) => value !== undefined)) as JsonObject;
}

function readGateway(
  pep: Pep,
  preset: GatewayPreset,
  mapping: PepOpaInput | undefined,
  input: unknown,
): ReadInput {
  const request = readGatewayRequest(preset, input);
  const refuse = (reason: Refusal): ReadInput => {
    return { question: undefined, seen: unreadable(request.line), reason };
  };
  if (request.problem !== undefined) return refuse('request-invalid');
  const route = matchRoute(pep, request.line);
  if (!route) return refuse('route-unknown');
  const who = subjectOf(request, route, mapping, input);
  if (!who) return refuse('subject-token-missing');
  const context = { ...contextOf(mapping?.context, input), ...contextOfRequest(request, route) };
  return {
    question: { ...who, action: { name: route.action }, resource: route.resource, context },
  };
}

/** A token proves who it is; without one, the enforcement point's word is taken as far as it is trusted. */
function subjectOf(
  { identification }: GatewayRequest,
  { cookie, route }: MatchedRoute,
  mapping: PepOpaInput | undefined,
  input: unknown,
): Pick<Question, 'subject' | 'subjectToken'> | undefined {
  const token = endUserToken(identification, cookie, route.subject);
  if (token !== undefined) return { subjectToken: { token, type: DEFAULT_SUBJECT_TOKEN_TYPE } };
  if (!mapping?.subject) return undefined;
  const type = sourcedText(input, mapping.subject.type);
  const id = sourcedText(input, mapping.subject.id);
  if (type === undefined || id === undefined) return undefined;
  const isTooLong = type.length > MAX_TYPE_LENGTH || id.length > MAX_ID_LENGTH;
  return isTooLong ? undefined : { subject: { type, id } };
}

function contextOfRequest(
  { line: { clientIp }, identification: { deviceId } }: GatewayRequest,
  { context }: MatchedRoute,
): JsonObject {
  return {
    ...context,
    ...(clientIp === undefined ? {} : { ip: clientIp }),
    ...(deviceId === undefined ? {} : { device_id: deviceId }),
  };
}
