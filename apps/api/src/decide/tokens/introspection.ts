import type { Clock } from '../../platform/clock.js';
import type { Pep } from '../../registers/facts.ports.js';
import type { DecideSettings } from '../decide.ports.js';
import type { AuthorizationDetail } from './authorization-details.js';
import { OAuthError } from './oauth-error.js';
import type { OwnTokens } from './own-tokens.js';
import type { StoredToken } from './token-store.js';
import type { TokenRevoker } from './token-revoker.js';

/** RFC 7662 §2.2. */
export type IntrospectionAnswer =
  | { readonly active: false }
  | {
      readonly active: true;
      readonly scope: string;
      readonly client_id: string;
      readonly token_type: 'Bearer';
      readonly exp: number;
      readonly iat: number;
      readonly sub: string;
      readonly aud: string;
      readonly iss: string;
      readonly jti: string;
      readonly tenant: string;
      readonly authorization_details: readonly Omit<AuthorizationDetail, 'obligations'>[];
    };

const INACTIVE = { active: false } as const;

/** What a token is worth now: the question behind it is asked again on the facts of this moment. */
export class Introspection {
  constructor(
    private readonly ownTokens: OwnTokens,
    private readonly revoker: TokenRevoker,
    private readonly settings: Pick<DecideSettings, 'publicUrl'>,
    private readonly clock: Clock,
  ) {}

  /** A token of another tenant is answered like one that never existed. */
  async introspect(pep: Pep, token: string): Promise<IntrospectionAnswer> {
    const stored = await this.ownTokens.verifyLive(token, pep.tenantId, this.clock.nowMs());
    if (!stored) return INACTIVE;
    if (!(await this.revoker.confirm(pep.tenantId, stored))) return INACTIVE;
    return {
      active: true,
      scope: stored.scope,
      client_id: stored.pep,
      token_type: 'Bearer',
      exp: stored.expiresAtMs / 1000,
      iat: stored.issuedAtMs / 1000,
      sub: stored.subject.id,
      aud: stored.audience,
      iss: this.settings.publicUrl,
      jti: stored.jti,
      tenant: pep.tenantId,
      authorization_details: [detailOf(stored)],
    };
  }

  /** RFC 7009 §2.1. Resolves for whatever is no live token of this tenant; another client's token is refused. */
  async revoke(pep: Pep, token: string): Promise<void> {
    const stored = await this.ownTokens.verifyLive(token, pep.tenantId, this.clock.nowMs());
    if (!stored) return;
    if (stored.pep !== pep.name) {
      throw new OAuthError('unauthorized_client', 'the token was issued to another client');
    }
    await this.revoker.revoke(pep.tenantId, [stored.jti], 'revoked-by-client', `pep:${pep.name}`);
  }
}

function detailOf({ question, decisionId, grantIds }: StoredToken) {
  return {
    type: 'sallyport_access',
    resource: { type: question.resource.type, id: question.resource.id },
    actions: question.actions.map(({ name }) => name),
    decision_id: decisionId,
    grant_ids: grantIds,
  } as const;
}
