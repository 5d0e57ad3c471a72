import type { LogEntry } from '@sallyport/contracts';
import type { AccessRule } from '@sallyport/grants';
import { ConflictError } from '../platform/errors.js';
import {
  AccessStore,
  type GrantQuery,
  type Page,
  type PageQuery,
  type RequestQuery,
  type RequestTransition,
  type StoredGrant,
  type StoredRequest,
} from './access.ports.js';

/** Requests and grants in memory, for tests. Contract: test/contract/access-store.contract.ts */
export class AccessStoreFake extends AccessStore {
  /** What was logged, by tenant, oldest first. */
  readonly logged: { readonly tenantId: string; readonly entry: LogEntry }[] = [];
  private readonly requests = new Map<string, StoredRequest>();
  private readonly grants = new Map<string, StoredGrant>();
  private readonly rules = new Map<string, AccessRule>();

  addRule(tenantId: string, rule: AccessRule, version: string): void {
    this.rules.set(key(tenantId, rule.id, version), rule);
  }

  findRule(tenantId: string, ruleId: string, version: string): Promise<AccessRule | undefined> {
    return Promise.resolve(this.rules.get(key(tenantId, ruleId, version)));
  }

  findRequest(tenantId: string, id: string): Promise<StoredRequest | undefined> {
    return Promise.resolve(this.requests.get(key(tenantId, id)));
  }

  findGrant(tenantId: string, id: string): Promise<StoredGrant | undefined> {
    return Promise.resolve(this.grants.get(key(tenantId, id)));
  }

  findGrantOfRequest(tenantId: string, requestId: string): Promise<StoredGrant | undefined> {
    return Promise.resolve(
      this.ofTenant(this.grants, tenantId).find((grant) => grant.requestId === requestId),
    );
  }

  listRequests(tenantId: string, query: RequestQuery): Promise<Page<StoredRequest>> {
    const found = this.ofTenant(this.requests, tenantId).filter((request) =>
      matches(request, query),
    );
    return Promise.resolve(pageOf(found, query, ({ createdAtMs }) => createdAtMs));
  }

  countRequests(tenantId: string, query: Omit<RequestQuery, 'first' | 'after'>): Promise<number> {
    return Promise.resolve(
      this.ofTenant(this.requests, tenantId).filter((request) => matches(request, query)).length,
    );
  }

  listGrants(
    tenantId: string,
    { open, subjectId, nowMs, ...page }: GrantQuery,
  ): Promise<Page<StoredGrant>> {
    const found = this.ofTenant(this.grants, tenantId)
      .filter((grant) => subjectId === undefined || grant.subjectId === subjectId)
      .filter((grant) => open === undefined || open === (isOpen(grant) && grant.endsAtMs > nowMs));
    return Promise.resolve(pageOf(found, page, ({ startsAtMs }) => startsAtMs));
  }

  addRequest(
    tenantId: string,
    request: StoredRequest,
    entries: readonly LogEntry[],
  ): Promise<void> {
    this.requests.set(key(tenantId, request.id), request);
    return this.log(tenantId, entries);
  }

  async moveRequest(
    tenantId: string,
    { before, after, grant }: RequestTransition,
    entries: readonly LogEntry[],
  ): Promise<void> {
    refuseStale(this.requests.get(key(tenantId, before.id)), before);
    this.requests.set(key(tenantId, after.id), after);
    if (grant) this.grants.set(key(tenantId, grant.id), grant);
    return this.log(tenantId, entries);
  }

  async moveGrant(
    tenantId: string,
    before: StoredGrant,
    after: StoredGrant,
    entries: readonly LogEntry[],
  ): Promise<void> {
    refuseStale(this.grants.get(key(tenantId, before.id)), before);
    this.grants.set(key(tenantId, after.id), after);
    return this.log(tenantId, entries);
  }

  overdue(tenantId: string, nowMs: number, limit: number) {
    return Promise.resolve({
      grants: this.ofTenant(this.grants, tenantId)
        .filter((grant) => isOpen(grant) && grant.endsAtMs <= nowMs)
        .slice(0, limit),
      requests: this.ofTenant(this.requests, tenantId)
        .filter((request) => request.state === 'pending' && request.deadlineAtMs <= nowMs)
        .slice(0, limit),
    });
  }

  private log(tenantId: string, entries: readonly LogEntry[]): Promise<void> {
    this.logged.push(...entries.map((entry) => ({ tenantId, entry })));
    return Promise.resolve();
  }

  private ofTenant<T>(rows: ReadonlyMap<string, T>, tenantId: string): T[] {
    const prefix = JSON.stringify([tenantId]).slice(0, -1);
    return [...rows].filter(([rowKey]) => rowKey.startsWith(`${prefix},`)).map(([, row]) => row);
  }
}

function key(...parts: string[]): string {
  return JSON.stringify(parts);
}

function isOpen({ state }: StoredGrant): boolean {
  return state === 'active' || state === 'scheduled';
}

function refuseStale(
  held: { version: number; state: string } | undefined,
  before: { version: number; state: string },
): void {
  if (held?.version === before.version && held.state === before.state) return;
  throw new ConflictError('Somebody else was faster.', { reason: 'stale' });
}

function matches(request: StoredRequest, query: Omit<RequestQuery, 'first' | 'after'>): boolean {
  return (
    (query.states?.includes(request.state) ?? true) &&
    (query.ruleIds?.includes(request.ruleId) ?? true) &&
    (query.requesterId === undefined || query.requesterId === request.requesterId) &&
    query.notRequesterId !== request.requesterId &&
    !request.reviews.some(({ reviewerId }) => reviewerId === query.notReviewedBy)
  );
}

function pageOf<T extends { readonly id: string }>(
  rows: readonly T[],
  { first, after }: PageQuery,
  atMs: (row: T) => number,
): Page<T> {
  const sorted = rows.toSorted((a, b) => atMs(b) - atMs(a) || (a.id < b.id ? 1 : -1));
  const from = after === undefined ? 0 : sorted.findIndex(({ id }) => id === after) + 1;
  const nodes = sorted.slice(from, from + first);
  const last = nodes.at(-1);
  return { nodes, nextCursor: from + first < sorted.length ? last?.id : undefined };
}
