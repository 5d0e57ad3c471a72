import { mostTelling } from '@sallyport/contracts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { BrokerError, TooManyRequestsError } from '../../platform/errors.js';
import { sendError } from '../../platform/http/error-answer.js';
import { credentialOf } from '../../platform/http/route-access.js';
import { RouteRegistrar } from '../../platform/http/route-registrar.js';
import type { FaultReporter } from '../../platform/fault-reporter.js';
import type { Asker } from '../decide-input.js';
import type { DecideService } from '../decide.service.js';
import { type DecisionOutcome, warningOf } from '../decision-outcome.js';
import type { Question } from '../question.js';
import { DEFAULT_SUBJECT_TOKEN_TYPE } from '../subject/verified-token.js';
import { denialOf } from './denial.js';
import { endUserToken } from './end-user-token.js';
import { readRequestLine, type RequestLine } from './request-line.js';
import { matchRoute, type MatchedRoute } from './route-match.js';
import { unreadable } from './unreadable-question.js';
import { upstreamHeaders } from './upstream-headers.js';

/**
 * Forward authentication for gateways: nginx `auth_request`, Traefik ForwardAuth, Caddy `forward_auth`, APISIX. Answers 200,
 * 401 (the end user must authenticate) or 403 and nothing else: nginx turns every other status into a 500.
 */
export class ForwardAuthRoutes extends RouteRegistrar {
  constructor(
    private readonly decide: DecideService,
    private readonly faults: FaultReporter,
  ) {
    super();
  }

  register(server: FastifyInstance): void {
    const config = { access: 'pep', body: 'none' } as const;
    const errorHandler = forbidTooMany;
    server.all('/forward-auth', { config, errorHandler }, async (request, reply) => {
      reply.header('cache-control', 'private, max-age=0');
      try {
        return await this.answer(request, reply);
      } catch (error) {
        this.faults.report('forward-auth-failed', error);
        return deny(reply, (error instanceof BrokerError && error.reason) || 'broker-error');
      }
    });
  }

  private async answer(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    // Authorization is the end user's here: a key in it must not open this door.
    if (request.headers['x-sallyport-key'] === undefined) return deny(reply, 'request-invalid');
    const asker = { pep: credentialOf(request, 'pep').pep, requestId: String(request.id) };
    const read = readRequestLine(request.headers, request.raw.rawHeaders);
    if (!read.ok) {
      reply.header('x-sallyport-problem', read.problem);
      return this.refuse(reply, asker, read.seen, 'request-invalid');
    }
    const route = matchRoute(asker.pep, read.line);
    if (!route) {
      return this.refuse(reply, asker, read.line, 'route-unknown');
    }
    const token = endUserToken(request.headers, route.cookie);
    if (token === undefined) {
      return this.refuse(reply, asker, read.line, 'subject-token-missing');
    }
    const question = questionOf(route, read.line, token, request);
    return this.send(reply, await this.decide.decide({ ...asker, question }));
  }

  /** Recorded like every other decision, although it could not even be put as a question. */
  private async refuse(
    reply: FastifyReply,
    asker: Asker,
    line: RequestLine,
    reason: Parameters<DecideService['refuse']>[2],
  ): Promise<FastifyReply> {
    return this.send(reply, await this.decide.refuse(asker, unreadable(line), reason));
  }

  private send(reply: FastifyReply, outcome: DecisionOutcome): FastifyReply {
    if (outcome.policyVersion !== null) reply.header('x-policy-version', outcome.policyVersion);
    const warning = warningOf([outcome]);
    if (warning !== undefined) reply.header('x-sallyport-warning', warning);
    const reason = mostTelling(outcome.reasons) ?? 'policy-permit';
    if (!outcome.decision) return deny(reply, reason, outcome.decisionId);
    return reply.headers(upstreamHeaders(outcome)).header('x-sallyport-reason', reason).send();
  }
}

function questionOf(
  { action, resource, context }: MatchedRoute,
  { clientIp }: RequestLine,
  token: string,
  { headers }: FastifyRequest,
): Question {
  const deviceId = headers['x-device-id'];
  return {
    subjectToken: { token, type: DEFAULT_SUBJECT_TOKEN_TYPE },
    action: { name: action },
    resource,
    context: {
      ...context,
      ...(clientIp === undefined ? {} : { ip: clientIp }),
      ...(typeof deviceId === 'string' && deviceId !== '' ? { device_id: deviceId } : {}),
    },
  };
}

/** No gateway of this door knows what to do with a 429. */
function forbidTooMany(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  if (!(error instanceof TooManyRequestsError)) return sendError(error, request, reply);
  reply.header('cache-control', 'private, max-age=0');
  reply.header('retry-after', error.retryAfterSeconds);
  void deny(reply, 'rate-limited');
}

function deny(reply: FastifyReply, reason: string, decisionId?: string): FastifyReply {
  const { status, headers, body } = denialOf(reason, decisionId, reply.request.headers.accept);
  if (decisionId !== undefined) reply.header('x-decision-id', decisionId);
  return reply.code(status).headers(headers).send(body);
}
