import type { FastifyRequest } from 'fastify';
import type { FactsRegister } from '../../registers/facts.ports.js';
import { digestOf, isSameDigest } from '../secret-digest.js';
import { ForbiddenError, NotFoundError, UnauthenticatedError } from '../errors.js';
import type { Admission } from './admission.js';
import type { Credential, SessionCredential, SessionReader } from './credential.js';
import type { RouteAccess } from './route-access.js';

export const SESSION_COOKIE = 'sallyport_session';
export const CSRF_HEADER = 'x-sallyport-csrf';
const MAX_CREDENTIAL_LENGTH = 8_192;

export interface AuthenticatorOptions {
  readonly facts: FactsRegister;
  readonly sessions: SessionReader;
  /** The instance's admin token; undefined when none is configured. */
  readonly adminToken: string | undefined;
  /** Origin of the public URL: the only one from which a browser may change anything. */
  readonly origin: string;
  /** Where enforcement points may ask only so often. */
  readonly admission?: Admission;
}

type TenantAccess = 'tenant-admin' | 'log-reader' | 'evidence-exporter';

/** Resolves who presents a request, and judges it against the route's declared access. Runs before the body is read. */
export class Authenticator {
  private readonly adminTokenDigest: Uint8Array | undefined;

  constructor(private readonly options: AuthenticatorOptions) {
    const { adminToken } = options;
    this.adminTokenDigest =
      adminToken === undefined ? undefined : Buffer.from(digestOf(adminToken), 'latin1');
  }

  /** The credential for a route; undefined only for public ones. Throws, or rejects with, 401, 403 or 404. */
  authenticate(
    request: FastifyRequest,
    access: RouteAccess,
  ): Credential | undefined | Promise<Credential> {
    switch (access) {
      case 'public':
        return undefined;
      case 'pep':
        return this.enforcementPoint(pepKey(request));
      case 'oauth-client':
        return this.oauthClient(request);
      case 'admin':
        return only('admin', this.bearerHolder(request));
      case 'session':
        return this.session(request);
      default:
        return this.tenantCredential(request, access);
    }
  }

  /** The key of an enforcement point is looked for first: every decision presents one, and a second digest would cost as much. */
  private enforcementPoint(key: string | undefined): Credential {
    const isPossible = key !== undefined && key.length <= MAX_CREDENTIAL_LENGTH;
    const pep = isPossible ? this.options.facts.pepByKey(key) : undefined;
    if (!pep) return only('pep', this.holderOf(key));
    this.options.admission?.admit(pep);
    return { kind: 'pep', pep };
  }

  private oauthClient(request: FastifyRequest): Credential {
    const basic = basicCredentials(request.headers.authorization);
    if (!basic) return this.enforcementPoint(bearer(request));
    const credential = this.enforcementPoint(basic.password);
    if (credential.kind !== 'pep' || credential.pep.name !== basic.name) throw unknownCredential();
    return credential;
  }

  private async tenantCredential(
    request: FastifyRequest,
    access: TenantAccess,
  ): Promise<Credential> {
    const { tenant } = request.params as { tenant?: string };
    const credential =
      request.headers.authorization === undefined && cookieOf(request) !== undefined
        ? await this.session(request)
        : this.bearerHolder(request);
    if (credential.kind === 'admin') return credential;
    // INVARIANT: a tenant that is not the caller's and one that does not exist answer alike.
    if (tenant === undefined || tenantOf(credential) !== tenant)
      throw new NotFoundError('no such tenant');
    if (!mayEnter(credential, access)) throw new ForbiddenError('this credential may not do this');
    return credential;
  }

  private bearerHolder(request: FastifyRequest): Credential {
    return this.holderOf(bearer(request));
  }

  private holderOf(secret: string | undefined): Credential {
    if (secret === undefined)
      throw new UnauthenticatedError('a bearer credential is required in Authorization');
    if (secret.length > MAX_CREDENTIAL_LENGTH) throw unknownCredential();
    if (this.adminTokenDigest && isSameDigest(digestOf(secret), this.adminTokenDigest))
      return { kind: 'admin' };
    const pep = this.options.facts.pepByKey(secret);
    if (pep) return { kind: 'pep', pep };
    const holder = this.options.facts.apiToken(secret);
    if (holder) return { kind: 'api-token', ...holder };
    throw unknownCredential();
  }

  private async session(request: FastifyRequest): Promise<SessionCredential> {
    const cookie = cookieOf(request);
    if (cookie === undefined) throw new UnauthenticatedError('sign in first');
    const session = await this.options.sessions.find(cookie);
    if (!session) throw new UnauthenticatedError('the session is over: sign in again');
    if (request.method !== 'GET' && request.method !== 'HEAD') this.refuseForgery(request);
    return session;
  }

  /** A cookie travels by itself, so a browser must also prove that our own page sent the request. */
  private refuseForgery(request: FastifyRequest): void {
    if (request.headers[CSRF_HEADER] === undefined) {
      throw new ForbiddenError(`a request with a session cookie needs the header ${CSRF_HEADER}`);
    }
    const { origin } = request.headers;
    if (origin !== undefined && origin !== this.options.origin) {
      throw new ForbiddenError('the request comes from another origin');
    }
  }
}

/** Whether a WebSocket handshake comes from our own page; browsers always send Origin there (RFC 6455 §10.2). */
export function isSameOrigin(originHeader: string | undefined, origin: string): boolean {
  return originHeader === origin;
}

export function cookieOf(request: Pick<FastifyRequest, 'headers'>): string | undefined {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const [name, value] = part.trim().split('=', 2);
    if (name === SESSION_COOKIE && value) return value;
  }
  return undefined;
}

function mayEnter(
  credential: Exclude<Credential, { kind: 'admin' }>,
  access: TenantAccess,
): boolean {
  if (credential.kind === 'pep') return access === 'log-reader';
  if (credential.roles.includes('admin')) return true;
  return access !== 'tenant-admin' && credential.roles.includes('auditor');
}

function tenantOf(credential: Exclude<Credential, { kind: 'admin' }>): string {
  return credential.kind === 'pep' ? credential.pep.tenantId : credential.tenantId;
}

function only(kind: Credential['kind'], credential: Credential): Credential {
  if (credential.kind !== kind) throw new ForbiddenError('this credential may not be used here');
  return credential;
}

function unknownCredential(): UnauthenticatedError {
  return new UnauthenticatedError('the credential is not known', {
    challenge: 'Bearer realm="sallyport", error="invalid_token"',
  });
}

function pepKey(request: FastifyRequest): string | undefined {
  const header = request.headers['x-sallyport-key'];
  return typeof header === 'string' ? header : bearer(request);
}

/** RFC 6750 §2.1; the scheme is case-insensitive (RFC 9110 §11.1). */
function bearer(request: FastifyRequest): string | undefined {
  return /^bearer +([^\s]+) *$/i.exec(request.headers.authorization ?? '')?.[1];
}

function basicCredentials(
  header: string | undefined,
): { name: string; password: string } | undefined {
  const encoded = /^basic +([A-Za-z0-9+/=]+) *$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const decoded = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  if (colon < 0) return undefined;
  try {
    // RFC 6749 §2.3.1: both parts are form-urlencoded before they are joined.
    const decode = (text: string) => decodeURIComponent(text.replaceAll('+', '%20'));
    return { name: decode(decoded.slice(0, colon)), password: decode(decoded.slice(colon + 1)) };
  } catch {
    return undefined;
  }
}
