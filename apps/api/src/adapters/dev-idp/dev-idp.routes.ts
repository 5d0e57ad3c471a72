import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type Provider from 'oidc-provider';
import { RouteRegistrar } from '../../platform/http/route-registrar.js';
import { DEV_IDP_PATH } from './dev-idp-path.js';
import type { DevUsers } from './dev-users.js';
import { loginPage } from './login-page.js';

const PAGE_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'";

/** Mounts the development identity provider and its login page under `/dev-idp`. */
export class DevIdpRoutes extends RouteRegistrar {
  constructor(
    private readonly provider: Provider,
    private readonly users: DevUsers,
  ) {
    super();
  }

  register(server: FastifyInstance): void {
    const page = { config: { access: 'public', body: 'form' } } as const;
    server.get(`${DEV_IDP_PATH}/login/:uid`, page, (request, reply) =>
      this.showLogin(request, reply),
    );
    server.post(`${DEV_IDP_PATH}/login/:uid`, page, (request, reply) =>
      this.takeLogin(request, reply),
    );
    void server.register(async (scope) => {
      // The provider reads the body by itself, so nothing here may consume it.
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
      const handle = this.provider.callback();
      scope.all(
        `${DEV_IDP_PATH}/*`,
        { config: { access: 'public', body: 'none' } },
        (request, reply) => {
          reply.hijack();
          const raw = request.raw as IncomingMessage & { originalUrl?: string };
          raw.originalUrl = raw.url ?? '';
          raw.url = (raw.url ?? '').slice(DEV_IDP_PATH.length);
          reply.raw.setHeader('x-request-id', String(request.id));
          handle(raw, reply.raw);
        },
      );
    });
  }

  private async showLogin(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const found = await this.interaction(request, reply);
    return found ? sendPage(request, reply, { email: '', failed: false }) : expired(reply);
  }

  private async takeLogin(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    if (!(await this.interaction(request, reply))) return expired(reply);
    const form = request.body instanceof URLSearchParams ? request.body : new URLSearchParams();
    const email = form.get('email') ?? '';
    const user = this.users.check(email, form.get('password') ?? '');
    if (!user) return sendPage(request, reply, { email, failed: true });
    const result = { login: { accountId: user.email, amr: ['pwd'], remember: false } };
    const location = await this.provider.interactionResult(request.raw, reply.raw, result);
    return reply.redirect(location, 303);
  }

  private interaction(request: FastifyRequest, reply: FastifyReply): Promise<boolean> {
    return this.provider.interactionDetails(request.raw, reply.raw).then(
      () => true,
      () => false,
    );
  }
}

function sendPage(
  request: FastifyRequest,
  reply: FastifyReply,
  state: { email: string; failed: boolean },
): FastifyReply {
  const { uid } = request.params as { uid: string };
  return reply
    .code(state.failed ? 401 : 200)
    .header('content-security-policy', PAGE_POLICY)
    .header('cache-control', 'no-store')
    .type('text/html; charset=utf-8')
    .send(loginPage({ action: `${DEV_IDP_PATH}/login/${encodeURIComponent(uid)}`, ...state }));
}

function expired(reply: FastifyReply): FastifyReply {
  return reply
    .code(400)
    .type('text/plain; charset=utf-8')
    .send('This sign-in has expired. Go back to the console and sign in again.\n');
}
