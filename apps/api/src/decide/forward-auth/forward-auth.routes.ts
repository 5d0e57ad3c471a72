import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { BrokerError } from '../../platform/errors.js';
import { credentialOf } from '../../platform/http/route-access.js';
import { RouteRegistrar } from '../../platform/http/route-registrar.js';
import type { FaultReporter } from '../../platform/fault-reporter.js';
import type { Asker } from '../decide-input.js';
import type { DecideService } from '../decide.service.js';
import { type DecisionOutcome, warningOf } from '../decision-outcome.js';
import type { Question } from '../question.js';
import { DEFAULT_SUBJECT_TOKEN_TYPE } from '../subject/verified-token.js';
import { endUserToken } from './end-user-token.js';
import { headerText } from './header-text.js';
import { readRequestLine, type RequestLine } from './request-line.js';
import { matchRoute, type MatchedRoute } from './route-match.js';
import { unreadable } from './unreadable-question.js';

const CHALLENGE = 'Bearer realm="sallyport"';

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
    server.all('/forward-auth', { config }, async (request, reply) => {
      reply.header('cache-control', 'private, max-age=0');
      try {
        return await this.answer(request, reply);
      } catch (error) {
        this.faults.report('forward-auth-failed', error);
        return forbid(reply, (error instanceof BrokerError && error.reason) || 'broker-error');
      }
    });
  }

  private async answer(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    // Authorization is the end user's here: a key in it must not open this door.
    if (request.headers['x-sallyport-key'] === undefined) return forbid(reply, 'request-invalid');
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
    reply.header('x-decision-id', outcome.decisionId);
    if (outcome.policyVersion !== null) reply.header('x-policy-version', outcome.policyVersion);
    const warning = warningOf([outcome]);
    if (warning !== undefined) reply.header('x-sallyport-warning', warning);
    const [reason = 'policy-permit'] = outcome.reasons;
    if (outcome.decision) {
      const { subject, facts } = outcome;
      if (facts) reply.header('x-sallyport-subject', headerText(`${subject.type}:${subject.id}`));
      reply.header('x-sallyport-reason', reason);
      return reply.code(200).send();
    }
    if (reason === 'subject-token-missing') return challenge(reply, CHALLENGE, reason);
    if (reason === 'subject-token-invalid' || reason === 'subject-token-expired') {
      return challenge(reply, `${CHALLENGE}, error="invalid_token"`, reason);
    }
    return forbid(reply, reason);
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

function challenge(reply: FastifyReply, value: string, reason: string): FastifyReply {
  return reply
    .code(401)
    .header('www-authenticate', value)
    .header('x-sallyport-reason', reason)
    .send();
}

function forbid(reply: FastifyReply, reason: string): FastifyReply {
  return reply.code(403).header('x-sallyport-reason', reason).send();
}
