import type { AccessRequest, Grant } from '../src/graphql-types.js';
import { FixtureLog } from './fixture-log.js';
import { decisionOf, factsOf } from './fixture-decision.js';
import { ROLE, RULE, type Person } from './fixture-people.js';

export type StoredRequest = Omit<
  AccessRequest,
  'whyNotReviewable' | 'requesterContext' | 'history' | 'grant' | 'reviewers'
>;
export type StoredGrant = Omit<Grant, 'live' | 'canRevoke' | 'canReturn'>;
export type WorldEvent = 'accessRequestChanged' | 'grantChanged' | 'logGrew';

/** The story's tenant in memory, small but moving: asking, reviewing, revoking and time all have their effect. */
export class FixtureWorld {
  readonly log = new FixtureLog();
  readonly requests: StoredRequest[] = [];
  readonly grants: StoredGrant[] = [];
  readonly listeners = new Set<(event: WorldEvent, id: string) => void>();
  /** Ids of entries whose proof is served with a changed byte. */
  readonly tampered = new Set<string>();
  #count = 0;

  constructor(readonly now: () => number = Date.now) {}

  submit(person: Person, durationSeconds: number, reason: string): StoredRequest {
    const id = this.#id('req');
    const request: StoredRequest = {
      id,
      version: 1,
      state: 'pending',
      rule: RULE,
      requester: person.id,
      requesterName: person.name,
      role: ROLE,
      reason,
      requestedDurationSeconds: durationSeconds,
      createdAt: this.iso(),
      deadlineAt: this.iso(86_400_000),
      decidedAt: null,
      reviews: [],
      approvalsNeeded: 1,
    };
    this.requests.unshift(request);
    this.record('request.submitted', `user:${person.id}`, {
      requestId: id,
      requester: person.id,
      role: ROLE,
      reason,
      durationSeconds,
    });
    this.tell('accessRequestChanged', id);
    return request;
  }

  review(
    person: Person,
    id: string,
    verdict: 'APPROVE' | 'DENY',
    reason: string,
    seconds?: number | null,
  ): StoredRequest {
    const request = this.request(id);
    const durationSeconds = Math.min(
      seconds ?? request.requestedDurationSeconds,
      request.requestedDurationSeconds,
    );
    const review = { reviewer: person.id, verdict, durationSeconds, reason, at: this.iso() };
    const decided = this.#replace(request, {
      reviews: [...request.reviews, review],
      state: verdict === 'APPROVE' ? 'approved' : 'denied',
      decidedAt: this.iso(),
    });
    this.record('request.reviewed', `user:${person.id}`, {
      requestId: id,
      verdict: verdict.toLowerCase(),
      durationSeconds,
      reason,
    });
    if (verdict === 'APPROVE') this.start(decided, durationSeconds);
    this.tell('accessRequestChanged', id);
    return decided;
  }

  cancel(id: string): StoredRequest {
    const cancelled = this.#replace(this.request(id), {
      state: 'cancelled',
      decidedAt: this.iso(),
    });
    this.tell('accessRequestChanged', id);
    return cancelled;
  }

  start(request: StoredRequest, durationSeconds: number): void {
    const id = this.#id('grant');
    const subject = { type: 'user', id: request.requester };
    this.grants.unshift({
      id,
      version: 1,
      requestId: request.id,
      subject,
      subjectName: request.requesterName,
      role: request.role,
      startsAt: this.iso(),
      endsAt: this.iso(durationSeconds * 1000),
      state: 'active',
      endedAt: null,
      endedBy: null,
      endReason: null,
    });
    this.record('grant.started', 'system:access', {
      grantId: id,
      requestId: request.id,
      subject,
      role: request.role,
      startsAt: this.iso(),
      endsAt: this.iso(durationSeconds * 1000),
    });
    this.tell('grantChanged', id);
  }

  end(
    id: string,
    state: 'revoked' | 'returned',
    person: Person,
    reason: string | null,
  ): StoredGrant {
    const at = this.grants.findIndex((grant) => grant.id === id);
    const grant = this.grants[at];
    if (grant === undefined) throw new Error('no such grant');
    const ended = {
      ...grant,
      version: grant.version + 1,
      state,
      endedAt: this.iso(),
      endedBy: person.id,
      endReason: reason,
    };
    this.grants[at] = ended;
    this.record(`grant.${state}`, `user:${person.id}`, {
      grantId: id,
      requestId: grant.requestId,
      subject: grant.subject,
      role: grant.role,
      reason: reason ?? '',
    });
    this.tell('grantChanged', id);
    return ended;
  }

  /** A decision about the production database, as the pipeline would log it. */
  decide(person: Person, decision: boolean): string {
    const nowMs = this.now();
    const grants = this.grants
      .filter((grant) => grant.subject.id === person.id && this.isLive(grant))
      .map((grant) => ({
        id: grant.id,
        role: grant.role,
        endsAtMs: Date.parse(grant.endsAt),
        breakGlass: false,
      }));
    return this.record('decision', 'pep:acme-gateway', {
      ...decisionOf(person.id, decision),
      facts: factsOf(decision, nowMs, grants),
    });
  }

  record(type: string, actor: string, members: Record<string, unknown>): string {
    const id = this.#id(type.split('.')[0] ?? 'entry');
    this.log.append({ type, id, time: this.iso(), actor, ...members });
    this.tell('logGrew', id);
    return id;
  }

  isLive(grant: StoredGrant): boolean {
    return grant.state === 'active' && this.now() < Date.parse(grant.endsAt);
  }

  request(id: string): StoredRequest {
    const request = this.requests.find((item) => item.id === id);
    if (request === undefined) throw new Error('no such request');
    return request;
  }

  indexOf(id: string): number {
    return this.log.entries.findIndex((entry) => entry['id'] === id);
  }

  iso(offsetMs = 0): string {
    return new Date(this.now() + offsetMs).toISOString();
  }

  tell(event: WorldEvent, id: string): void {
    this.listeners.forEach((listener) => listener(event, id));
  }

  #replace(request: StoredRequest, change: Partial<StoredRequest>): StoredRequest {
    const next = { ...request, ...change, version: request.version + 1 };
    this.requests[this.requests.indexOf(request)] = next;
    return next;
  }

  #id(kind: string): string {
    this.#count += 1;
    return `${kind}-0192f3c4-${String(this.#count).padStart(6, '0')}`;
  }
}
