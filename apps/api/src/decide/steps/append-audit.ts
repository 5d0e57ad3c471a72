import type { AuditLog } from '../../evidence/audit-log.ports.js';
import { UnavailableError } from '../../platform/errors.js';
import type { Judged } from '../decision-state.js';
import { decisionEntry } from '../entry/decision-entry.js';
import { encodeDecision } from '../entry/encode-decision.js';
import type { TokenStore } from '../tokens/token-store.js';
import { answerOf } from '../verdict.js';
import type { PreparedToken } from './issue-token.js';

/** Judged questions of one caller whose entries, and whose token if there is one, are durable. */
export interface Recorded {
  readonly judged: readonly Judged[];
  readonly token: PreparedToken | undefined;
}

interface Services {
  readonly auditLog: AuditLog;
  readonly tokens: TokenStore;
}

/**
 * Makes every decision durable before anybody hears of it, in one group commit; with a token, its record and the entries
 * commit together. Resolves to what `whenDurable` makes of them. Rejects with UnavailableError: then nothing was decided
 * (design §6).
 */
export function appendAudit<T>(
  tenantId: string,
  judged: readonly Judged[],
  token: PreparedToken | undefined,
  services: Services,
  whenDurable: (recorded: Recorded) => T,
): Promise<T> {
  return append(tenantId, judged, token, services).then(
    () => whenDurable({ judged, token }),
    refuse,
  );
}

/** Rejects, never throws, also where an entry cannot be encoded. */
function append(
  tenantId: string,
  judged: readonly Judged[],
  token: PreparedToken | undefined,
  { auditLog, tokens }: Services,
): Promise<unknown> {
  const endedAt = performance.now();
  try {
    if (!token) {
      const encoded = judged.map((one) =>
        encodeDecision(one, { decision: answerOf(one), endedAt }),
      );
      return auditLog.appendEncoded(tenantId, encoded);
    }
    const tokenId = token.record.jti;
    const entries = judged.map((one) =>
      decisionEntry(one, { decision: answerOf(one), endedAt, tokenId }),
    );
    return tokens.issue(tenantId, token.record, [...entries, token.entry]);
  } catch (error) {
    return Promise.reject(error as Error);
  }
}

function refuse(cause: unknown): never {
  throw new UnavailableError('the decision could not be recorded, so there is none', {
    reason: 'audit-unavailable',
    cause,
  });
}
