import type { ConsoleSettings } from '@sallyport/contracts';
import * as oidc from 'openid-client';
import {
  BadRequestError,
  ForbiddenError,
  NotFoundError,
  UnavailableError,
} from '../platform/errors.js';
import { type FactsRegister, type TenantFacts, whenResident } from '../registers/facts.ports.js';
import type { SessionStore } from './session-store.ports.js';
import type { SignInStates } from './sign-in-state.js';

const DISCOVERY_SECONDS = 5;

export interface SignInOptions {
  readonly publicUrl: string;
  /** URL of the development provider, which settings call `builtin`; undefined outside of the development profile. */
  readonly builtinIssuer: string | undefined;
  /** A confidential client's secret, by the name that the tenant's settings give. */
  readonly clientSecret: (name: string) => string | undefined;
}

/** Sign-in to the console: OpenID Connect code flow with PKCE, state and nonce (RFC 9700 §2.1). */
export class SignInService {
  private readonly clients = new Map<string, Promise<oidc.Configuration>>();

  constructor(
    private readonly facts: FactsRegister,
    private readonly sessions: SessionStore,
    private readonly states: SignInStates,
    private readonly options: SignInOptions,
  ) {}

  /** Tenants that have a console. */
  tenants(): string[] {
    return this.facts
      .tenantIds()
      .filter((id) => this.facts.tenant(id)?.settings.console !== undefined);
  }

  /** Where the browser goes, and the sealed state it must bring back. */
  async begin(
    tenantId: string | undefined,
    returnTo: string,
  ): Promise<{ url: string; state: string }> {
    const { facts, settings } = this.consoleOf(tenantId);
    const client = await this.client(settings);
    const verifier = oidc.randomPKCECodeVerifier();
    const journey = {
      tenant: facts.tenantId,
      state: oidc.randomState(),
      nonce: oidc.randomNonce(),
      verifier,
      returnTo: localPath(returnTo),
    };
    const url = oidc.buildAuthorizationUrl(client, {
      redirect_uri: `${this.options.publicUrl}/auth/callback`,
      scope: 'openid profile email',
      state: journey.state,
      nonce: journey.nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    return { url: url.href, state: await this.states.seal(journey) };
  }

  /** Checks what came back and starts a session. Throws BadRequestError for a broken journey, ForbiddenError for an unknown person. */
  async finish(
    callbackQuery: string,
    sealedState: string | undefined,
  ): Promise<{ cookie: string; expiresAtMs: number; returnTo: string }> {
    const journey = await this.states.open(sealedState);
    if (!journey)
      throw new BadRequestError(
        'the sign-in took too long or began in another browser: start again',
      );
    const { facts, settings } = this.consoleOf(journey.tenant);
    const client = await this.client(settings);
    const claims = await this.claims(client, callbackQuery, journey);
    const issuer = this.issuerUrl(settings).href;
    const known = facts.settings.issuers.find((candidate) => candidate.issuer === settings.issuer);
    const subject = {
      type: known?.subjectType ?? 'user',
      id: String(claims[known?.subjectClaim ?? 'sub'] ?? ''),
    };
    if ((await whenResident(() => facts.entity(subject))) === undefined) {
      throw new ForbiddenError(`${subject.id} is not known here: ask an administrator to add you`);
    }
    const { cookie, expiresAtMs } = await this.sessions.start({
      tenantId: facts.tenantId,
      subject,
      name: typeof claims['name'] === 'string' ? claims['name'] : subject.id,
      ...(typeof claims['email'] === 'string' ? { email: claims['email'] } : {}),
      issuer,
    });
    return { cookie, expiresAtMs, returnTo: journey.returnTo };
  }

  private async claims(
    client: oidc.Configuration,
    callbackQuery: string,
    journey: { state: string; nonce: string; verifier: string },
  ): Promise<Record<string, unknown>> {
    try {
      const tokens = await oidc.authorizationCodeGrant(
        client,
        new URL(`${this.options.publicUrl}/auth/callback?${callbackQuery}`),
        {
          expectedState: journey.state,
          expectedNonce: journey.nonce,
          pkceCodeVerifier: journey.verifier,
          idTokenExpected: true,
        },
      );
      return { ...tokens.claims() };
    } catch (cause) {
      throw new BadRequestError('the identity provider did not confirm the sign-in', { cause });
    }
  }

  private consoleOf(tenantId: string | undefined): {
    facts: TenantFacts;
    settings: ConsoleSettings;
  } {
    const candidates = this.tenants();
    const chosen = tenantId ?? (candidates.length === 1 ? candidates[0] : undefined);
    if (chosen === undefined)
      throw new BadRequestError('tenant: name the tenant to sign in to', { field: 'tenant' });
    const facts = candidates.includes(chosen) ? this.facts.tenant(chosen) : undefined;
    const settings = facts?.settings.console;
    if (!facts || !settings) throw new NotFoundError('no such tenant');
    return { facts, settings };
  }

  private client(settings: ConsoleSettings): Promise<oidc.Configuration> {
    const key = JSON.stringify([settings.issuer, settings.clientId]);
    const known = this.clients.get(key);
    if (known) return known;
    const discovered = this.discover(settings).catch((cause: unknown) => {
      this.clients.delete(key);
      throw new UnavailableError('the identity provider cannot be reached', { cause });
    });
    this.clients.set(key, discovered);
    return discovered;
  }

  private discover(settings: ConsoleSettings): Promise<oidc.Configuration> {
    const issuer = this.issuerUrl(settings);
    const secret =
      settings.clientSecretEnv === undefined
        ? undefined
        : this.options.clientSecret(settings.clientSecretEnv);
    const plain = issuer.protocol === 'http:' && this.options.builtinIssuer !== undefined;
    return oidc.discovery(
      issuer,
      settings.clientId,
      undefined,
      secret === undefined ? oidc.None() : oidc.ClientSecretBasic(secret),
      { timeout: DISCOVERY_SECONDS, ...(plain ? { execute: [oidc.allowInsecureRequests] } : {}) },
    );
  }

  private issuerUrl(settings: ConsoleSettings): URL {
    if (settings.issuer !== 'builtin') return new URL(settings.issuer);
    if (this.options.builtinIssuer === undefined) throw new NotFoundError('no such tenant');
    return new URL(this.options.builtinIssuer);
  }
}

/** Only a path of our own: anything else would make the console an open redirector. */
function localPath(path: string): string {
  return /^\/(?![/\\])[^\\\s]*$/.test(path) && path.length <= 2_048 ? path : '/';
}
