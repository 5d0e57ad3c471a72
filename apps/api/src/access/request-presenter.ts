import { type AccessRule, type RefusalReason, reviewRequest } from '@sallyport/grants';
import type { ReasonType } from '../console/index.js';
import type { Clock } from '../platform/clock.js';
import { type TenantFacts, whenResident } from '../registers/facts.ports.js';
import type { AccessPresenter } from './access-presenter.js';
import type { StoredRequest } from './access.ports.js';
import type { AccessService, Actor } from './access.service.js';
import type { AccessRequestType } from './access.types.js';
import { groupsOf, nameOf, reviewersOf } from './people.js';
import { REFUSAL_SENTENCES } from './refusals.js';

/** A request as one viewer sees it: with who may answer it, and why this viewer may not. */
export class RequestPresenter {
  constructor(
    private readonly access: AccessService,
    private readonly presenter: AccessPresenter,
    private readonly clock: Clock,
  ) {}

  async present(request: StoredRequest, viewer: Actor): Promise<AccessRequestType> {
    const pinned = await this.access.pinnedRule(viewer.tenantId, request);
    return whenResident(() => this.shown(request, pinned, viewer));
  }

  private shown(request: StoredRequest, pinned: AccessRule, viewer: Actor): AccessRequestType {
    const facts = this.access.tenant(viewer.tenantId);
    const current = facts.accessRule(request.ruleId)?.rule;
    const obstacle = this.obstacle(request, current, facts, viewer);
    return {
      id: request.id,
      version: request.version,
      state: request.state === 'pending' && this.isOverdue(request) ? 'expired' : request.state,
      rule: this.presenter.rule(
        { rule: pinned, version: Number(request.ruleVersion) },
        facts,
        request.requesterId,
      ),
      requester: request.requesterId,
      requesterName: nameOf(facts, request.requesterId),
      role: { ...pinned.role },
      reason: request.reason,
      requestedDurationSeconds: request.requestedDurationSeconds,
      createdAt: new Date(request.createdAtMs),
      deadlineAt: new Date(request.deadlineAtMs),
      ...(request.decidedAtMs === undefined ? {} : { decidedAt: new Date(request.decidedAtMs) }),
      reviews: request.reviews.map(({ reviewerId, verdict, durationSeconds, reason, atMs }) => ({
        reviewer: reviewerId,
        verdict: verdict === 'approve' ? 'APPROVE' : 'DENY',
        ...(durationSeconds === undefined ? {} : { durationSeconds }),
        reason,
        at: new Date(atMs),
      })),
      approvalsNeeded: pinned.approvalsNeeded,
      ...(obstacle === undefined ? {} : { whyNotReviewable: obstacle }),
      reviewers: current ? reviewersOf(facts, current, request.requesterId) : [],
    };
  }

  /** Asks the state machine with a denial, which needs the least: what refuses that refuses every review. */
  private obstacle(
    request: StoredRequest,
    rule: AccessRule | undefined,
    facts: TenantFacts,
    viewer: Actor,
  ): ReasonType | undefined {
    const reviewerId = viewer.subject.id;
    const result =
      rule &&
      reviewRequest(
        request,
        rule,
        { reviewerId, verdict: 'deny', reason: '' },
        {
          nowMs: this.clock.nowMs(),
          grantId: '',
          reviewerGroups: groupsOf(facts, reviewerId),
          requesterGroups: groupsOf(facts, request.requesterId),
        },
      );
    if (result?.ok) return undefined;
    const code: RefusalReason = result?.reason ?? 'rule-invalid';
    return { code, message: REFUSAL_SENTENCES[code] };
  }

  private isOverdue(request: StoredRequest): boolean {
    return this.clock.nowMs() >= request.deadlineAtMs;
  }
}
