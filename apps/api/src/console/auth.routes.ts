import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { cookieOf, SESSION_COOKIE } from '../platform/http/authenticator.js';
import { credentialOf } from '../platform/http/route-access.js';
import { RouteRegistrar } from '../platform/http/route-registrar.js';
import type { SessionStore } from './session-store.ports.js';
import { SIGN_IN_SECONDS } from './sign-in-state.js';
import type { SignInService } from './sign-in.service.js';

const SIGN_IN_COOKIE = 'sallyport_sign_in';

/** Sign-in, sign-out, and whether somebody is signed in. */
export class AuthRoutes extends RouteRegistrar {
  constructor(
    private readonly signIn: SignInService,
    private readonly sessions: SessionStore,
    private readonly options: { readonly secureCookies: boolean; readonly listTenants: boolean },
  ) {
    super();
  }

  register(server: FastifyInstance): void {
    const open = { config: { access: 'public', body: 'none' } } as const;
    server.get('/auth/session', open, (request, reply) => this.session(request, reply));
    server.get('/auth/login', open, (request, reply) => this.login(request, reply));
    server.get('/auth/callback', open, (request, reply) => this.callback(request, reply));
    server.post('/auth/logout', { config: { access: 'session', body: 'none' } }, (request, reply) =>
      this.logout(request, reply),
    );
  }

  private async session(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const cookie = cookieOf(request);
    const session = cookie === undefined ? undefined : await this.sessions.find(cookie);
    const tenants = this.options.listTenants ? this.signIn.tenants() : [];
    void reply.header('cache-control', 'no-store');
    return session ? { signedIn: true, tenant: session.tenantId } : { signedIn: false, tenants };
  }

  private async login(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const { tenant, returnTo } = request.query as { tenant?: unknown; returnTo?: unknown };
    const journey = await this.signIn.begin(
      typeof tenant === 'string' ? tenant : undefined,
      typeof returnTo === 'string' ? returnTo : '/',
    );
    return reply
      .header('set-cookie', this.cookie(SIGN_IN_COOKIE, journey.state, SIGN_IN_SECONDS, '/auth'))
      .header('cache-control', 'no-store')
      .redirect(journey.url, 302);
  }

  private async callback(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const query = request.url.split('?', 2)[1] ?? '';
    const finished = await this.signIn.finish(query, namedCookie(request, SIGN_IN_COOKIE));
    const seconds = Math.max(0, Math.floor((finished.expiresAtMs - Date.now()) / 1_000));
    return reply
      .header('set-cookie', [
        this.cookie(SESSION_COOKIE, finished.cookie, seconds, '/'),
        this.cookie(SIGN_IN_COOKIE, '', 0, '/auth'),
      ])
      .header('cache-control', 'no-store')
      .redirect(finished.returnTo, 302);
  }

  private async logout(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    await this.sessions.end(credentialOf(request, 'session'));
    return reply
      .header('set-cookie', this.cookie(SESSION_COOKIE, '', 0, '/'))
      .code(204)
      .send();
  }

  private cookie(name: string, value: string, maxAgeSeconds: number, path: string): string {
    const secure = this.options.secureCookies ? '; Secure' : '';
    return `${name}=${value}; Path=${path}; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Lax${secure}`;
  }
}

function namedCookie(request: FastifyRequest, name: string): string | undefined {
  const pairs = (request.headers.cookie ?? '').split(';').map((part) => part.trim());
  const value = pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
  return value === '' ? undefined : value;
}
