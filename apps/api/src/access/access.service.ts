import type { EntityRef } from '@sallyport/contracts';
import {
  type AccessRule,
  cancelRequest,
  returnGrant,
  reviewRequest,
  revokeGrant,
  submitRequest,
} from '@sallyport/grants';
import type { Clock } from '../platform/clock.js';
import { ForbiddenError, NotFoundError } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import {
  type FactsRegister,
  type TenantFacts,
  type VersionedAccessRule,
  whenResident,
} from '../registers/facts.ports.js';
import { accessEntries } from './access-entries.js';
import type {
  AccessStore,
  GrantTokens,
  Reminders,
  StoredGrant,
  StoredRequest,
} from './access.ports.js';
import { approverGroups, groupsOf, rulesReviewedBy } from './people.js';
import { refusalError } from './refusals.js';

/** A signed-in person who acts. */
export interface Actor {
  readonly tenantId: string;
  readonly subject: EntityRef;
  readonly roles: readonly string[];
}

export interface ReviewWish {
  readonly verdict: 'approve' | 'deny';
  readonly durationSeconds?: number;
  readonly reason: string;
}

/** People ask, people answer: load, ask the state machine, save with the log entries, then tell others. */
export class AccessService {
  constructor(
    private readonly store: AccessStore,
    private readonly facts: FactsRegister,
    private readonly reminders: Reminders,
    private readonly tokens: GrantTokens,
    private readonly clock: Clock,
  ) {}

  async submit(
    actor: Actor,
    wish: { readonly ruleId: string; readonly durationSeconds: number; readonly reason: string },
  ): Promise<StoredRequest> {
    const facts = this.tenant(actor.tenantId);
    const { rule, version } = this.rule(facts, wish.ruleId);
    const nowMs = this.clock.nowMs();
    const requesterId = actor.subject.id;
    const people = await whenResident(() => ({
      requesterGroups: groupsOf(facts, requesterId),
      membersByGroup: approverGroups(facts, rule),
    }));
    const result = submitRequest(
      {
        id: newId(nowMs),
        requesterId,
        reason: wish.reason.trim(),
        durationSeconds: wish.durationSeconds,
      },
      rule,
      {
        nowMs,
        ruleVersion: String(version),
        ...people,
      },
    );
    if (!result.ok) throw refusalError(result.reason);
    const request = { ...result.request, requesterType: actor.subject.type };
    await this.store.addRequest(
      actor.tenantId,
      request,
      accessEntries(result.events, { request, rule }),
    );
    await this.reminders.remindRequestDeadline(actor.tenantId, request.id, request.deadlineAtMs);
    return request;
  }

  async review(actor: Actor, requestId: string, wish: ReviewWish): Promise<StoredRequest> {
    const facts = this.tenant(actor.tenantId);
    const before = await this.visibleRequest(actor, requestId);
    const { rule } = this.rule(facts, before.ruleId);
    const nowMs = this.clock.nowMs();
    const people = await whenResident(() => ({
      reviewerGroups: groupsOf(facts, actor.subject.id),
      requesterGroups: groupsOf(facts, before.requesterId),
    }));
    const result = reviewRequest(
      before,
      rule,
      { reviewerId: actor.subject.id, ...wish, reason: wish.reason.trim() },
      {
        nowMs,
        grantId: newId(nowMs),
        ...people,
      },
    );
    if (!result.ok) throw refusalError(result.reason);
    const { requesterType } = before;
    const after = { ...result.request, requesterType };
    const grant = result.grant && {
      ...result.grant,
      subjectType: requesterType,
      breakGlass: false,
    };
    const review = after.reviews.at(-1);
    await this.store.moveRequest(
      actor.tenantId,
      {
        before,
        after,
        ...(review && { review: { ...review, id: newId(nowMs) } }),
        ...(grant && { grant }),
      },
      accessEntries(result.events, { request: after, rule, ...(grant && { grant }) }),
    );
    if (grant) {
      await this.facts.catchUp(actor.tenantId);
      await this.reminders.remindGrantEnd(actor.tenantId, grant.id, grant.endsAtMs);
    }
    return after;
  }

  async cancel(actor: Actor, requestId: string): Promise<StoredRequest> {
    const before = await this.visibleRequest(actor, requestId);
    const rule = await this.pinnedRule(actor.tenantId, before);
    const result = cancelRequest(before, actor.subject.id, this.clock.nowMs());
    if (!result.ok) throw refusalError(result.reason);
    const after = { ...result.request, requesterType: before.requesterType };
    await this.store.moveRequest(
      actor.tenantId,
      { before, after },
      accessEntries(result.events, { request: after, rule }),
    );
    return after;
  }

  /** Takes a grant away: an administrator, or somebody who may approve that role. */
  async revoke(actor: Actor, grantId: string, reason: string): Promise<StoredGrant> {
    const before = await this.visibleGrant(actor, grantId);
    if (!this.mayRevoke(actor, before)) {
      throw new ForbiddenError(
        'Only an approver of this role or an administrator may revoke the grant.',
      );
    }
    const end = { actorId: actor.subject.id, reason: reason.trim(), nowMs: this.clock.nowMs() };
    return this.endEarly(actor.tenantId, before, revokeGrant(before, end), 'grant-revoked');
  }

  /** Gives a grant back. */
  async giveBack(actor: Actor, grantId: string): Promise<StoredGrant> {
    const before = await this.visibleGrant(actor, grantId);
    const end = { actorId: actor.subject.id, reason: '', nowMs: this.clock.nowMs() };
    return this.endEarly(actor.tenantId, before, returnGrant(before, end), 'grant-returned');
  }

  mayRevoke(actor: Actor, grant: StoredGrant): boolean {
    if (actor.roles.includes('admin')) return true;
    const facts = this.tenant(actor.tenantId);
    const reviewed = rulesReviewedBy(facts, actor.subject.id);
    return facts
      .accessRules()
      .some(
        ({ rule }) =>
          reviewed.includes(rule.id) &&
          rule.role.type === grant.role.type &&
          rule.role.id === grant.role.id,
      );
  }

  /** A request that the person may see; what they may not see does not exist for them. */
  async visibleRequest(actor: Actor, requestId: string): Promise<StoredRequest> {
    const request = await this.store.findRequest(actor.tenantId, requestId);
    if (!request || !this.maySee(actor, request)) throw new NotFoundError('no such request');
    return request;
  }

  async visibleGrant(actor: Actor, grantId: string): Promise<StoredGrant> {
    const grant = await this.store.findGrant(actor.tenantId, grantId);
    const visible =
      grant &&
      (grant.subjectId === actor.subject.id || seesAll(actor) || this.mayRevoke(actor, grant));
    if (!grant || !visible) throw new NotFoundError('no such grant');
    return grant;
  }

  tenant(tenantId: string): TenantFacts {
    const facts = this.facts.tenant(tenantId);
    if (!facts) throw new NotFoundError('no such tenant');
    return facts;
  }

  /** The rule as it was when the request was made. */
  async pinnedRule(tenantId: string, request: StoredRequest): Promise<AccessRule> {
    const rule = await this.store.findRule(tenantId, request.ruleId, request.ruleVersion);
    if (!rule) throw new NotFoundError('no such access rule');
    return rule;
  }

  private maySee(actor: Actor, request: StoredRequest): boolean {
    if (request.requesterId === actor.subject.id || seesAll(actor)) return true;
    return rulesReviewedBy(this.tenant(actor.tenantId), actor.subject.id).includes(request.ruleId);
  }

  private async endEarly(
    tenantId: string,
    before: StoredGrant,
    result: ReturnType<typeof revokeGrant>,
    tokenReason: string,
  ): Promise<StoredGrant> {
    if (!result.ok) throw refusalError(result.reason);
    const after = {
      ...result.grant,
      subjectType: before.subjectType,
      breakGlass: before.breakGlass,
    };
    await this.store.moveGrant(
      tenantId,
      before,
      after,
      accessEntries(result.events, { grant: after }),
    );
    await this.facts.catchUp(tenantId);
    await this.tokens.revokeForGrant(tenantId, before.id, tokenReason);
    return after;
  }

  private rule(facts: TenantFacts, ruleId: string): VersionedAccessRule {
    const found = facts.accessRule(ruleId);
    if (!found) throw new NotFoundError('no such access rule');
    return found;
  }
}

/** Administrators and auditors see every request and grant of their tenant. */
export function seesAll(actor: Pick<Actor, 'roles'>): boolean {
  return actor.roles.includes('admin') || actor.roles.includes('auditor');
}
