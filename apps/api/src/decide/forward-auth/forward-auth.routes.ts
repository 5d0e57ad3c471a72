import { METHODS } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { BrokerError, TooManyRequestsError } from '../../platform/errors.js';
import type { FaultReporter } from '../../platform/fault-reporter.js';
import { sendError } from '../../platform/http/error-answer.js';
import { credentialOf } from '../../platform/http/route-access.js';
import { RouteRegistrar } from '../../platform/http/route-registrar.js';
import type { FactsRegister } from '../../registers/facts.ports.js';
import type { DecideSettings } from '../decide.ports.js';
import type { DecideService } from '../decide.service.js';
import { type Answered, ForwardAuthAnswers } from './forward-auth.answers.js';
import { denialOf } from './denial.js';
import { readEnvoyLine, readRequestLine, type RequestLineResult } from './request-line.js';

const ENVOY_PREFIX = '/forward-auth/envoy';
const CONFIG = { access: 'pep', body: 'none' } as const;

/**
 * Forward authentication for gateways: nginx `auth_request`, Traefik ForwardAuth, Caddy `forward_auth`, APISIX, HAProxy with our
 * script; and below its prefix Envoy's HTTP ext_authz. Answers 200, 401 (the end user must authenticate), 403, or 302 where the
 * gateway relays it, and nothing else: nginx turns every other status into a 500, and Envoy takes a 5xx for an error of ours.
 */
export class ForwardAuthRoutes extends RouteRegistrar {
  private readonly answers: ForwardAuthAnswers;

  constructor(
    decide: DecideService,
    facts: FactsRegister,
    settings: DecideSettings,
    private readonly faults: FaultReporter,
  ) {
    super();
    this.answers = new ForwardAuthAnswers(decide, facts, settings.publicUrl);
  }

  register(server: FastifyInstance): void {
    const asked = this.handlers((request) => {
      const line = readRequestLine(request.headers, request.raw.rawHeaders);
      return this.answerOf(request, line, false);
    });
    server.route({ method: server.supportedMethods, url: '/forward-auth', ...asked });
    const passed = this.handlers((request) => this.answerOf(request, envoyLine(request), true));
    const method = everyMethod(server);
    for (const url of [ENVOY_PREFIX, `${ENVOY_PREFIX}/*`]) server.route({ method, url, ...passed });
  }

  private handlers(answer: (request: FastifyRequest) => Promise<Answered>) {
    const handle = (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> =>
      this.handle(request, reply, answer);
    return {
      config: CONFIG,
      exposeHeadRoute: false,
      handler: handle,
      // What is wrong with a body that nobody asked for, its type or its size, says nothing about the request line.
      errorHandler: (error: unknown, request: FastifyRequest, reply: FastifyReply) =>
        error instanceof BrokerError ? sendRefusal(error, request, reply) : handle(request, reply),
    };
  }

  private async handle(
    request: FastifyRequest,
    reply: FastifyReply,
    answer: (request: FastifyRequest) => Promise<Answered>,
  ): Promise<FastifyReply> {
    reply.header('cache-control', 'private, max-age=0');
    try {
      return send(reply, await answer(request));
    } catch (error) {
      this.faults.report('forward-auth-failed', error);
      const reason = (error instanceof BrokerError && error.reason) || 'broker-error';
      return send(reply, denialOf(reason, undefined, request.headers.accept));
    }
  }

  private async answerOf(
    request: FastifyRequest,
    read: RequestLineResult,
    isEnvoy: boolean,
  ): Promise<Answered> {
    const { headers } = request;
    // Authorization is the end user's here: a key in it must not open this door.
    if (headers['x-sallyport-key'] === undefined)
      return denialOf('request-invalid', undefined, headers.accept);
    const asker = { pep: credentialOf(request, 'pep').pep, requestId: String(request.id) };
    return this.answers.answer(asker, read, headers, isEnvoy);
  }
}

/** The request that Envoy asks about is the one that it sends; nothing in its path is decoded, and nothing redirected. */
function envoyLine({ method, headers, raw }: FastifyRequest): RequestLineResult {
  const target = (raw.url ?? '').slice(ENVOY_PREFIX.length);
  return readEnvoyLine(method, target, headers, raw.rawHeaders);
}

/** Whatever the client's method is, Envoy sends it; CONNECT never comes as a request. */
function everyMethod(server: FastifyInstance): string[] {
  const methods = METHODS.filter((method) => method !== 'CONNECT');
  for (const method of methods) {
    if (!server.supportedMethods.includes(method)) server.addHttpMethod(method, { hasBody: true });
  }
  return methods;
}

function send(reply: FastifyReply, { status, headers, body }: Answered): FastifyReply {
  return reply.code(status).headers(headers).send(body);
}

/** No gateway of this door knows what to do with a 429. */
function sendRefusal(error: BrokerError, request: FastifyRequest, reply: FastifyReply): void {
  if (!(error instanceof TooManyRequestsError)) return sendError(error, request, reply);
  reply.header('cache-control', 'private, max-age=0');
  reply.header('retry-after', error.retryAfterSeconds);
  send(reply, denialOf('rate-limited', undefined, request.headers.accept));
}
