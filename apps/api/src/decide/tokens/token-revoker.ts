import { mostTelling, type ReasonCode, type TokenEntry } from '@sallyport/contracts';
import type { Clock } from '../../platform/clock.js';
import { newId } from '../../platform/ids.js';
import type { DecideService } from '../decide.service.js';
import type { Revocation, StoredToken, TokenFilter, TokenStore } from './token-store.js';

/** Live tokens to ask again; `ip` is where their subject was just seen, where that is what changed. */
export interface Recheck {
  readonly filter: TokenFilter;
  readonly ip?: string;
}

const PAGE = 200;
// Longer turns would make decisions wait for tokens.
const MAX_TURN_MS = 8;
const SYSTEM = 'system:tokens';

/** Ends tokens whose permit has gone: each revocation commits together with its log entry. */
export class TokenRevoker {
  constructor(
    private readonly decide: DecideService,
    private readonly tokens: TokenStore,
    private readonly clock: Clock,
  ) {}

  /** Revokes every token that rests on a grant which ended, was revoked or returned. Returns how many. */
  async revokeForGrant(
    tenantId: string,
    grantId: string,
    reason: string,
    actor = SYSTEM,
  ): Promise<number> {
    const revocation = this.revocation(reason, actor);
    return (await this.tokens.revokeByGrant(tenantId, grantId, revocation)).length;
  }

  /** Revokes tokens by id; those that are revoked already stay as they are. Returns how many changed. */
  async revoke(
    tenantId: string,
    jtis: readonly string[],
    reason: string,
    actor = SYSTEM,
  ): Promise<number> {
    return (await this.tokens.revoke(tenantId, jtis, this.revocation(reason, actor))).length;
  }

  /** Whether a token's permit still stands on the facts of now; revokes it where it does not. */
  async confirm(tenantId: string, token: StoredToken): Promise<boolean> {
    const denial = await this.findDenial(tenantId, token);
    if (denial === undefined) return true;
    if (denial !== 'unknown-tenant') await this.revoke(tenantId, [token.jti], denial);
    return false;
  }

  /** Asks the questions of all live tokens again that a change may touch, and revokes those now denied. Returns how many. */
  async reevaluate(tenantId: string, { filter, ip }: Recheck): Promise<number> {
    let revoked = 0;
    let afterJti: string | undefined;
    for (;;) {
      const after = afterJti === undefined ? {} : { afterJti };
      const page = { limit: PAGE, ...after };
      const live = await this.tokens.live(tenantId, filter, this.clock.nowMs(), page);
      revoked += await this.revokeDenied(tenantId, live, ip);
      afterJti = live.at(-1)?.jti;
      if (live.length < PAGE) return revoked;
    }
  }

  private async revokeDenied(
    tenantId: string,
    tokens: readonly StoredToken[],
    ip: string | undefined,
  ): Promise<number> {
    const denied = new Map<ReasonCode, string[]>();
    let turnStartedAt = performance.now();
    for (const token of tokens) {
      const denial = await this.findDenial(tenantId, token, ip);
      if (denial !== undefined && denial !== 'unknown-tenant') {
        denied.set(denial, [...(denied.get(denial) ?? []), token.jti]);
      }
      if (performance.now() - turnStartedAt > MAX_TURN_MS) {
        await new Promise((resolve) => setImmediate(resolve));
        turnStartedAt = performance.now();
      }
    }
    let revoked = 0;
    for (const [reason, jtis] of denied) revoked += await this.revoke(tenantId, jtis, reason);
    return revoked;
  }

  /** Why one of the token's questions would be denied now. A tenant that this process does not hold says nothing. */
  private async findDenial(
    tenantId: string,
    { question }: StoredToken,
    ip = question.ip,
  ): Promise<ReasonCode | 'unknown-tenant' | undefined> {
    const { actions, ip: _, ...rest } = question;
    for (const action of actions) {
      const resolved = { ...rest, action, ...(ip === undefined ? {} : { ip }) };
      const outcome = await this.decide.reask(tenantId, resolved);
      if (!outcome) return 'unknown-tenant';
      if (!outcome.permitted) return mostTelling(outcome.reasons) ?? 'broker-error';
    }
    return undefined;
  }

  private revocation(reason: string, actor: string): Revocation {
    const atMs = this.clock.nowMs();
    return {
      reason,
      atMs,
      entryOf: (token): TokenEntry => ({
        type: 'token.revoked',
        id: newId(atMs),
        time: new Date(atMs).toISOString(),
        actor,
        tokenId: token.jti,
        subject: token.subject,
        decisionId: token.decisionId,
        grants: token.grantIds,
        expiresAt: new Date(token.expiresAtMs).toISOString(),
        reason,
      }),
    };
  }
}
