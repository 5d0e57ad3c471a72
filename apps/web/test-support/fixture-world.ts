import type {
  AccessRequest,
  Entry,
  EntryFilter,
  Grant,
  MyContext,
  Reason,
} from '../src/graphql-types.js';
import { FixtureLog } from './fixture-log.js';
import {
  DANA,
  DATABASE,
  laptopOf,
  OMAR,
  PEOPLE,
  placeOf,
  ROLE,
  RULE,
  type Person,
} from './fixture-people.js';

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
      decision,
      subject: { type: 'user', id: person.id },
      action: 'read',
      resource: DATABASE,
      pep: 'acme-gateway',
      mode: 'enforce',
      reasons: [decision ? 'policy-permit' : 'no-matching-policy'],
      determining: decision ? [{ id: 'prod-db-read', effect: 'permit' }] : [],
      erroring: [],
      obligations: [],
      policyVersion: 'sha256:4f1c8a',
      facts: {
        nowMs,
        authn: { method: 'token', verified: true, issuer: 'https://broker.example/dev-idp' },
        device: {
          id: 'dana-laptop',
          diskEncrypted: true,
          compliant: true,
          managed: true,
          checkedAtMs: nowMs - 600_000,
          freshUntilMs: nowMs + 3_000_000,
        },
        network: { ip: '84.44.1.2', country: 'DE' },
        risk: { score: 0, level: 'low', reasons: [] },
        grants,
        missing: decision ? [] : ['grant-missing'],
        registerVersion: 12,
      },
      request: {},
      durationMicros: 412,
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

  whyNotReviewable(request: StoredRequest, person: Person): Reason | null {
    if (request.state !== 'pending')
      return { code: 'not-pending', message: 'The request has already been decided.' };
    if (request.requester === person.id)
      return { code: 'self-review', message: 'You asked for this. Two-person rule.' };
    if (!request.rule.approvers.includes(person.id))
      return { code: 'not-a-reviewer', message: 'You are not among the approvers of this role.' };
    return null;
  }

  grantFor(grant: StoredGrant, viewer: Person): Grant {
    const live = this.isLive(grant);
    const state = grant.state === 'active' && !live ? 'ended' : grant.state;
    return {
      ...grant,
      state,
      live,
      canRevoke: live && viewer !== DANA,
      canReturn: live && grant.subject.id === viewer.id,
    };
  }

  contextOf(id: string, viewer: Person): MyContext {
    const person = PEOPLE.find((item) => item.id === id);
    const hasLaptop = person === DANA || person === OMAR;
    return {
      subject: { type: 'user', id },
      groups: person?.groups ?? [],
      devices: person && hasLaptop ? [laptopOf(person, this.now())] : [],
      grants: this.grants
        .filter((grant) => grant.subject.id === id && this.isLive(grant))
        .map((grant) => this.grantFor(grant, viewer)),
      lastPlace: hasLaptop ? placeOf(this.now()) : null,
    };
  }

  /** Entries that a filter selects, newest first. */
  find(filter: EntryFilter | null | undefined): readonly number[] {
    return this.log.entries
      .flatMap((entry, index) => (matches(entry, filter ?? {}) ? [index] : []))
      .reverse();
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

/** The tenant in the middle of the story: a denial, a request that waits, one that was decided, a live grant. */
export function storyWorld(now: () => number = Date.now): FixtureWorld {
  const world = new FixtureWorld(now);
  world.record('tenant.applied', 'admin:bootstrap', { detail: { files: 12 } });
  world.decide(DANA, false);
  const first = world.submit(DANA, 1800, 'Compare the ledger of last night');
  world.review(OMAR, first.id, 'APPROVE', 'Ledger work is on call today', 600);
  world.decide(DANA, true);
  world.submit(DANA, 1800, 'Check a customer’s order that was charged twice');
  world.log.publish();
  return world;
}

function matches(entry: Readonly<Record<string, unknown>>, filter: EntryFilter): boolean {
  const subject = entry['subject'] as { id?: string } | undefined;
  const resource = entry['resource'] as { id?: string; type?: string } | undefined;
  const tests: readonly (readonly [wanted: unknown, found: unknown])[] = [
    [filter.type, entry['type']],
    [filter.subject, subject?.id],
    [filter.action, entry['action']],
    [filter.resourceId, resource?.id],
    [filter.resourceType, resource?.type],
    [filter.decision, entry['decision']],
    [filter.requestId, entry['requestId']],
  ];
  if (tests.some(([wanted, found]) => wanted !== undefined && wanted !== null && wanted !== found))
    return false;
  return (
    filter.text === undefined || filter.text === null || JSON.stringify(entry).includes(filter.text)
  );
}

/** One logged entry as the API shows it. */
export function presentEntry(world: FixtureWorld, index: number): Omit<Entry, 'related'> {
  const raw = world.log.entries[index] as Readonly<Record<string, unknown>>;
  const [subject, resource] = [
    raw['subject'] as Entry['subject'],
    raw['resource'] as Entry['resource'],
  ];
  const decision = typeof raw['decision'] === 'boolean' ? raw['decision'] : null;
  return {
    id: String(raw['id']),
    index,
    type: String(raw['type']),
    time: String(raw['time']),
    actor: String(raw['actor']),
    decision,
    subject: subject ?? null,
    action: (raw['action'] as string | undefined) ?? null,
    resource: resource ?? null,
    pep: (raw['pep'] as string | undefined) ?? null,
    reasons: ((raw['reasons'] as string[] | undefined) ?? []).map((code) => ({
      code,
      message: `Sentence of ${code}.`,
    })),
    policyVersion: (raw['policyVersion'] as string | undefined) ?? null,
    summary:
      decision === null
        ? `${String(raw['type'])} by ${String(raw['actor'])}`
        : `${decision ? 'Permitted' : 'Denied'}: ${subject?.id ?? ''} read ${resource?.id ?? ''}`,
    raw,
    leafHash: world.log.leafHash(index),
    published: index < world.log.published,
  };
}
