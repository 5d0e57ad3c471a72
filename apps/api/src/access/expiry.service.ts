import { endGrant, expireRequest } from '@sallyport/grants';
import type { Clock } from '../platform/clock.js';
import { ConflictError } from '../platform/errors.js';
import { accessEntries } from './access-entries.js';
import type { AccessStore, GrantTokens, StoredGrant, StoredRequest } from './access.ports.js';

const SWEEP_LIMIT = 500;

/** Records what time has already done. A grant was over when its end passed; this only tells the log, the tokens and the screens. */
export class ExpiryService {
  constructor(
    private readonly store: AccessStore,
    private readonly tokens: GrantTokens,
    private readonly clock: Clock,
  ) {}

  /** Safe to call early, late, twice, or from two processes: the state machine and the conditional update decide. */
  async endGrant(tenantId: string, grantId: string): Promise<void> {
    const grant = await this.store.findGrant(tenantId, grantId);
    if (grant) await this.recordEnd(tenantId, grant);
  }

  async expireRequest(tenantId: string, requestId: string): Promise<void> {
    const request = await this.store.findRequest(tenantId, requestId);
    if (request) await this.recordExpiry(tenantId, request);
  }

  /** Finds what reminders missed: a lost queue costs minutes of notification, never of access. Returns how much was recorded. */
  async sweep(tenantId: string): Promise<number> {
    const { requests, grants } = await this.store.overdue(
      tenantId,
      this.clock.nowMs(),
      SWEEP_LIMIT,
    );
    for (const grant of grants) await this.recordEnd(tenantId, grant);
    for (const request of requests) await this.recordExpiry(tenantId, request);
    return requests.length + grants.length;
  }

  private async recordEnd(tenantId: string, before: StoredGrant): Promise<void> {
    const result = endGrant(before, this.clock.nowMs());
    if (result.ok) {
      const after = {
        ...result.grant,
        subjectType: before.subjectType,
        breakGlass: before.breakGlass,
      };
      const entries = accessEntries(result.events, { grant: after });
      await unlessMoved(this.store.moveGrant(tenantId, before, after, entries));
    }
    // Also when somebody else recorded the end: revoking again is harmless, and the other may have died in between.
    if (result.ok || result.reason === 'not-live')
      await this.tokens.revokeForGrant(tenantId, before.id, 'grant-ended');
  }

  private async recordExpiry(tenantId: string, before: StoredRequest): Promise<void> {
    const rule = await this.store.findRule(tenantId, before.ruleId, before.ruleVersion);
    const result = expireRequest(before, this.clock.nowMs());
    if (!result.ok || !rule) return;
    const after = { ...result.request, requesterType: before.requesterType };
    const entries = accessEntries(result.events, { request: after, rule });
    await unlessMoved(this.store.moveRequest(tenantId, { before, after }, entries));
  }
}

/** Another process recorded it first: that is what was wanted. */
async function unlessMoved(write: Promise<void>): Promise<void> {
  try {
    await write;
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
  }
}
