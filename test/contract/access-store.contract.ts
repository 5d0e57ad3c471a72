import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type {
  AccessStore,
  StoredGrant,
  StoredRequest,
} from '../../apps/api/src/access/access.ports.js';
import { ConflictError } from '../../apps/api/src/platform/errors.js';
import type { GrantEntry, LogEntry } from '@sallyport/contracts';

export interface AccessStoreUnderTest {
  readonly store: AccessStore;
  /** Types of everything logged for a tenant, oldest first. */
  logged(tenantId: string): Promise<string[]>;
  close(): Promise<void>;
}

const START_MS = Date.UTC(2026, 0, 1);
const RULE = { ruleId: 'prod-db-reader', ruleVersion: '1' };

/** What every AccessStore promises. The tenants `acme` and `other` exist. */
export function describeAccessStore(name: string, open: () => Promise<AccessStoreUnderTest>): void {
  describe(name, () => {
    let subject: AccessStoreUnderTest;
    let clockMs = START_MS;

    beforeAll(async () => {
      subject = await open();
    });
    afterAll(() => subject.close());

    const pending = (overrides: Partial<StoredRequest> = {}): StoredRequest => ({
      id: randomUUID(),
      ...RULE,
      requesterType: 'user',
      requesterId: `dana-${randomUUID()}`,
      reason: 'an incident',
      requestedDurationSeconds: 600,
      state: 'pending',
      createdAtMs: (clockMs += 1_000),
      deadlineAtMs: clockMs + 60_000,
      reviews: [],
      version: 1,
      ...overrides,
    });
    const grantOf = (request: StoredRequest): StoredGrant => ({
      id: randomUUID(),
      requestId: request.id,
      subjectType: 'user',
      subjectId: request.requesterId,
      role: { type: 'role', id: 'prod-db-reader' },
      startsAtMs: request.createdAtMs,
      endsAtMs: request.createdAtMs + 600_000,
      state: 'active',
      breakGlass: false,
      version: 1,
    });
    const approve = (before: StoredRequest, grant = grantOf(before)) => {
      const review = {
        reviewerId: 'omar',
        verdict: 'approve' as const,
        reason: 'ok',
        atMs: clockMs,
      };
      const after: StoredRequest = {
        ...before,
        state: 'approved',
        decidedAtMs: clockMs,
        reviews: [review],
        version: 2,
      };
      return { before, after, review: { ...review, id: randomUUID() }, grant };
    };

    test('gives back what was added, and nothing to another tenant', async () => {
      const request = pending();
      await subject.store.addRequest('acme', request, [entry('request.submitted')]);
      expect(await subject.store.findRequest('acme', request.id)).toEqual(request);
      expect(await subject.store.findRequest('other', request.id)).toBeUndefined();
    });

    test('moves a request once: the second of two writers is told', async () => {
      const request = pending();
      await subject.store.addRequest('acme', request, []);
      const [first, second] = await Promise.allSettled([
        subject.store.moveRequest('acme', approve(request), [entry('request.approved')]),
        subject.store.moveRequest('acme', approve(request), [entry('request.approved')]),
      ]);
      const outcomes = [first.status, second.status].sort();
      expect(outcomes).toEqual(['fulfilled', 'rejected']);
      const rejected = [first, second].find(
        ({ status }) => status === 'rejected',
      ) as PromiseRejectedResult;
      expect(rejected.reason).toBeInstanceOf(ConflictError);
      const stored = await subject.store.findRequest('acme', request.id);
      expect(stored).toMatchObject({
        state: 'approved',
        version: 2,
        reviews: [{ reviewerId: 'omar' }],
      });
    });

    test('commits a transition together with its log entry, and a refused one with neither', async () => {
      const request = pending();
      await subject.store.addRequest('acme', request, []);
      const transition = approve(request);
      await subject.store.moveRequest('acme', transition, [
        entry('request.approved'),
        entry('grant.started'),
      ]);
      const before = await subject.logged('acme');
      const stale = subject.store.moveGrant(
        'acme',
        { ...transition.grant, version: 9 },
        transition.grant,
        [entry('grant.ended')],
      );
      await expect(stale).rejects.toBeInstanceOf(ConflictError);
      expect(await subject.logged('acme')).toEqual(before);
      expect(before.slice(-2)).toEqual(['request.approved', 'grant.started']);
      expect(await subject.store.findGrantOfRequest('acme', request.id)).toEqual(transition.grant);
      expect(await subject.store.findGrant('other', transition.grant.id)).toBeUndefined();
    });

    test('pages newest first without losing or repeating anything', async () => {
      const requesterId = `pager-${randomUUID()}`;
      const added = [];
      for (let index = 0; index < 5; index += 1) {
        const request = pending({ requesterId });
        added.unshift(request.id);
        await subject.store.addRequest('acme', request, []);
      }
      const seen: string[] = [];
      let after: string | undefined;
      do {
        const page = await subject.store.listRequests('acme', { requesterId, first: 2, after });
        seen.push(...page.nodes.map(({ id }) => id));
        after = page.nextCursor;
      } while (after !== undefined);
      expect(seen).toEqual(added);
    });

    test('lists for a reviewer what waits for them: pending, of their rules, not their own, not yet answered', async () => {
      const mine = pending({ requesterId: 'reviewer' });
      const waiting = pending();
      const answered = pending();
      for (const request of [mine, waiting, answered])
        await subject.store.addRequest('acme', request, []);
      const review = {
        reviewerId: 'reviewer',
        verdict: 'approve' as const,
        reason: '',
        atMs: clockMs,
      };
      await subject.store.moveRequest(
        'acme',
        {
          before: answered,
          after: { ...answered, reviews: [review], version: 2 },
          review: { ...review, id: randomUUID() },
        },
        [],
      );
      const query = {
        states: ['pending' as const],
        ruleIds: [RULE.ruleId],
        notRequesterId: 'reviewer',
        notReviewedBy: 'reviewer',
      };
      const ids = (
        await subject.store.listRequests('acme', { ...query, first: 200, after: undefined })
      ).nodes.map(({ id }) => id);
      expect(ids).toContain(waiting.id);
      expect(ids).not.toContain(mine.id);
      expect(ids).not.toContain(answered.id);
      expect(await subject.store.countRequests('acme', query)).toBe(ids.length);
    });

    test('finds what time has overtaken, and what it has not', async () => {
      const request = pending({ requesterId: 'overdue' });
      await subject.store.addRequest('acme', request, []);
      const transition = approve(request);
      await subject.store.moveRequest('acme', transition, []);
      const { grant } = transition;
      const ids = async (nowMs: number) =>
        (await subject.store.overdue('acme', nowMs, 500)).grants.map(({ id }) => id);
      expect(await ids(grant.endsAtMs - 1)).not.toContain(grant.id);
      expect(await ids(grant.endsAtMs)).toContain(grant.id);
      const listed = async (open: boolean, nowMs: number) =>
        (
          await subject.store.listGrants('acme', {
            open,
            nowMs,
            subjectId: 'overdue',
            first: 10,
            after: undefined,
          })
        ).nodes;
      expect(await listed(true, grant.endsAtMs - 1)).toEqual([grant]);
      expect(await listed(true, grant.endsAtMs)).toEqual([]);
      expect(await listed(false, grant.endsAtMs)).toEqual([grant]);
    });
  });
}

function entry(type: GrantEntry['type'] | 'request.submitted' | 'request.approved'): LogEntry {
  return {
    type,
    id: randomUUID(),
    time: new Date(START_MS).toISOString(),
    actor: 'user:omar',
  } as LogEntry;
}
