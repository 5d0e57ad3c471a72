import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { credentialOf } from '../../platform/http/route-access.js';
import { RouteRegistrar } from '../../platform/http/route-registrar.js';
import { INSTANCE, type KeyRing } from '../../platform/key-ring.js';
import type { Pep } from '../../registers/facts.ports.js';
import type { DecideSettings } from '../decide.ports.js';
import { Form } from './form.js';
import type { IntrospectionAnswer, Introspection } from './introspection.js';
import { sendOAuthError } from './oauth-error.js';
import { authorizationServerMetadata } from './oauth-metadata.js';
import type { TokenExchange } from './token-exchange.js';

const JWKS_MAX_AGE_SECONDS = 300;

/** The OAuth endpoints: RFC 8693 exchange, RFC 7662 introspection, RFC 7009 revocation, RFC 7517 keys, RFC 8414 metadata. */
export class OAuthRoutes extends RouteRegistrar {
  constructor(
    private readonly exchange: TokenExchange,
    private readonly introspection: Introspection,
    private readonly keys: KeyRing,
    private readonly settings: DecideSettings,
  ) {
    super();
  }

  register(server: FastifyInstance): void {
    const form = {
      config: { access: 'oauth-client', body: 'form' },
      errorHandler: sendOAuthError,
    } as const;
    server.post('/oauth2/token', form, (request, reply) => this.token(request, reply));
    server.post('/oauth2/introspect', form, (request, reply) => this.introspect(request, reply));
    server.post('/oauth2/revoke', form, (request, reply) => this.revoke(request, reply));
    const open = { config: { access: 'public', body: 'none' } } as const;
    server.get('/.well-known/jwks.json', open, (_, reply) => this.jwks(reply));
    server.get('/.well-known/oauth-authorization-server', open, (_, reply) => {
      reply.header('cache-control', 'public, max-age=300');
      return authorizationServerMetadata(this.settings.publicUrl);
    });
  }

  private async token(request: FastifyRequest, reply: FastifyReply): Promise<object> {
    const asker = { pep: pepOf(request), requestId: String(request.id) };
    const { decisionId, body } = await this.exchange.exchange(asker, new Form(request.body));
    return reply.headers({ ...NO_STORE, 'x-decision-id': decisionId }).send(body);
  }

  private async introspect(
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<IntrospectionAnswer> {
    const token = new Form(request.body).required('token', 16_384);
    reply.headers(NO_STORE);
    return this.introspection.introspect(pepOf(request), token);
  }

  private async revoke(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const token = new Form(request.body).required('token', 16_384);
    await this.introspection.revoke(pepOf(request), token);
    return reply.headers(NO_STORE).code(200).send();
  }

  private async jwks(reply: FastifyReply): Promise<object> {
    const keys = await this.keys.publicKeys(INSTANCE, 'token');
    reply.header('cache-control', `public, max-age=${JWKS_MAX_AGE_SECONDS}`);
    return {
      keys: keys.map(({ publicJwk, kid, algorithm }) => ({
        ...publicJwk,
        kid,
        alg: algorithm,
        use: 'sig',
      })),
    };
  }
}

const NO_STORE = { 'cache-control': 'no-store', pragma: 'no-cache' } as const;

function pepOf(request: FastifyRequest): Pep {
  return credentialOf(request, 'pep').pep;
}
