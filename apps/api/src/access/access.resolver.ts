import {
  Args,
  Context,
  ID,
  Int,
  Mutation,
  Parent,
  Query,
  ResolveField,
  Resolver,
} from '@nestjs/graphql';
import { type GraphQLContext, Requires, type Viewer } from '../console/index.js';
import { Clock } from '../platform/clock.js';
import { whenResident } from '../registers/facts.ports.js';
import { AccessPresenter } from './access-presenter.js';
import { AccessStore, type RequestQuery, type StoredGrant } from './access.ports.js';
import { AccessService, seesAll } from './access.service.js';
import {
  AccessRequestPage,
  AccessRequestType,
  AccessRuleType,
  GrantFilter,
  GrantPage,
  GrantType,
  MyContext,
  RequestTab,
  Verdict,
} from './access.types.js';
import { rulesOpenTo, rulesReviewedBy } from './people.js';
import { RequestPresenter } from './request-presenter.js';

const DECIDED = ['approved', 'denied', 'cancelled', 'expired'] as const;

/** Requests, reviews and grants in the console: shapes in and out, no rules. */
@Resolver(() => AccessRequestType)
export class AccessResolver {
  constructor(
    private readonly access: AccessService,
    private readonly store: AccessStore,
    private readonly presenter: AccessPresenter,
    private readonly requests: RequestPresenter,
    private readonly clock: Clock,
  ) {}

  @Query(() => [AccessRuleType], { description: 'Roles that the signed-in person may ask for.' })
  @Requires('member')
  requestableRoles(@Context() { viewer }: GraphQLContext): Promise<AccessRuleType[]> {
    return whenResident(() => {
      const facts = this.access.tenant(viewer.tenantId);
      return rulesOpenTo(facts, viewer.subject.id).flatMap((id) => {
        const rule = facts.accessRule(id);
        return rule ? [this.presenter.rule(rule, facts, viewer.subject.id)] : [];
      });
    });
  }

  @Query(() => AccessRequestPage, {
    description: 'Access requests, newest first; the cursor is opaque.',
  })
  @Requires('member')
  async accessRequests(
    @Context() { viewer }: GraphQLContext,
    @Args('tab', { type: () => RequestTab }) tab: RequestTab,
    @Args('first', { type: () => Int, defaultValue: 50 }) first: number,
    @Args('after', { type: () => String, nullable: true }) after?: string,
  ): Promise<AccessRequestPage> {
    const page = await this.store.listRequests(viewer.tenantId, {
      ...this.tabQuery(tab, viewer),
      first,
      after: after ?? undefined,
    });
    return {
      nodes: await Promise.all(page.nodes.map((request) => this.requests.present(request, viewer))),
      ...(page.nextCursor === undefined ? {} : { nextCursor: page.nextCursor }),
      waiting: await this.store.countRequests(viewer.tenantId, this.tabQuery('FOR_ME', viewer)),
    };
  }

  @Query(() => AccessRequestType, { nullable: true })
  @Requires('member')
  async accessRequest(
    @Context() { viewer }: GraphQLContext,
    @Args('id', { type: () => ID }) id: string,
  ): Promise<AccessRequestType> {
    return this.requests.present(await this.access.visibleRequest(viewer, id), viewer);
  }

  @Query(() => GrantPage)
  @Requires('member')
  async grants(
    @Context() { viewer }: GraphQLContext,
    @Args('state', { type: () => GrantFilter, defaultValue: 'ACTIVE' }) state: GrantFilter,
    @Args('first', { type: () => Int, defaultValue: 50 }) first: number,
    @Args('after', { type: () => String, nullable: true }) after?: string,
  ): Promise<GrantPage> {
    const everything =
      seesAll(viewer) ||
      rulesReviewedBy(this.access.tenant(viewer.tenantId), viewer.subject.id).length > 0;
    const page = await this.store.listGrants(viewer.tenantId, {
      first,
      after: after ?? undefined,
      nowMs: this.clock.nowMs(),
      ...(state === 'ALL' ? {} : { open: state === 'ACTIVE' }),
      ...(everything ? {} : { subjectId: viewer.subject.id }),
    });
    return {
      nodes: await Promise.all(page.nodes.map((grant) => this.shown(grant, viewer))),
      ...(page.nextCursor === undefined ? {} : { nextCursor: page.nextCursor }),
    };
  }

  @Query(() => MyContext, { description: 'What the broker knows about the signed-in person.' })
  @Requires('member')
  myContext(@Context() { viewer }: GraphQLContext): Promise<MyContext> {
    return whenResident(() => this.presenter.context(viewer.subject, viewer));
  }

  @Mutation(() => AccessRequestType)
  @Requires('member')
  async submitRequest(
    @Context() { viewer }: GraphQLContext,
    @Args('ruleId', { type: () => ID }) ruleId: string,
    @Args('durationSeconds', { type: () => Int }) durationSeconds: number,
    @Args('reason', { type: () => String }) reason: string,
  ): Promise<AccessRequestType> {
    const request = await this.access.submit(viewer, { ruleId, durationSeconds, reason });
    return this.requests.present(request, viewer);
  }

  @Mutation(() => AccessRequestType)
  @Requires('member')
  async cancelRequest(
    @Context() { viewer }: GraphQLContext,
    @Args('id', { type: () => ID }) id: string,
  ): Promise<AccessRequestType> {
    return this.requests.present(await this.access.cancel(viewer, id), viewer);
  }

  @Mutation(() => AccessRequestType)
  @Requires('member')
  async reviewRequest(
    @Context() { viewer }: GraphQLContext,
    @Args('id', { type: () => ID }) id: string,
    @Args('verdict', { type: () => Verdict }) verdict: Verdict,
    @Args('reason', { type: () => String }) reason: string,
    @Args('durationSeconds', { type: () => Int, nullable: true }) durationSeconds?: number,
  ): Promise<AccessRequestType> {
    const request = await this.access.review(viewer, id, {
      verdict: verdict === 'APPROVE' ? 'approve' : 'deny',
      reason,
      ...(durationSeconds === undefined || durationSeconds === null ? {} : { durationSeconds }),
    });
    return this.requests.present(request, viewer);
  }

  @Mutation(() => GrantType)
  @Requires('member')
  async revokeGrant(
    @Context() { viewer }: GraphQLContext,
    @Args('id', { type: () => ID }) id: string,
    @Args('reason', { type: () => String }) reason: string,
  ): Promise<GrantType> {
    return this.shown(await this.access.revoke(viewer, id, reason), viewer);
  }

  @Mutation(() => GrantType)
  @Requires('member')
  async returnGrant(
    @Context() { viewer }: GraphQLContext,
    @Args('id', { type: () => ID }) id: string,
  ): Promise<GrantType> {
    return this.shown(await this.access.giveBack(viewer, id), viewer);
  }

  @ResolveField(() => GrantType, { nullable: true })
  async grant(
    @Parent() request: AccessRequestType,
    @Context() { viewer }: GraphQLContext,
  ): Promise<GrantType | undefined> {
    if (request.state !== 'approved') return undefined;
    const grant = await this.store.findGrantOfRequest(viewer.tenantId, request.id);
    return grant && this.shown(grant, viewer);
  }

  @ResolveField(() => MyContext, { description: 'What the broker knows about the requester now.' })
  requesterContext(
    @Parent() request: AccessRequestType,
    @Context() { viewer }: GraphQLContext,
  ): Promise<MyContext> {
    const requester = { type: 'user', id: request.requester };
    return whenResident(() => this.presenter.context(requester, viewer));
  }

  private shown(grant: StoredGrant, viewer: Viewer): Promise<GrantType> {
    return whenResident(() => this.presenter.grant(grant, viewer));
  }

  private tabQuery(tab: RequestTab, viewer: Viewer): Omit<RequestQuery, 'first' | 'after'> {
    const self = viewer.subject.id;
    const reviewed = rulesReviewedBy(this.access.tenant(viewer.tenantId), self);
    switch (tab) {
      case 'FOR_ME':
        return {
          states: ['pending'],
          ruleIds: reviewed,
          notRequesterId: self,
          notReviewedBy: self,
        };
      case 'MINE':
        return { requesterId: self };
      case 'DECIDED':
        return { states: DECIDED, ...visibleTo(viewer, reviewed) };
      case 'ALL':
        return visibleTo(viewer, reviewed);
    }
  }
}

/** What a list may hold: everything for administrators and auditors, what they review for approvers, else their own. */
function visibleTo(
  viewer: Viewer,
  reviewedRules: readonly string[],
): Omit<RequestQuery, 'first' | 'after'> {
  if (seesAll(viewer)) return {};
  return reviewedRules.length > 0 ? { ruleIds: reviewedRules } : { requesterId: viewer.subject.id };
}
