import type { DecisionEntry } from '@sallyport/contracts';
import type { AuditLog } from '../../evidence/audit-log.ports.js';
import { UnavailableError } from '../../platform/errors.js';
import { decisionEntry } from '../decision-entry.js';
import type { Judged } from '../decision-state.js';
import type { TokenStore } from '../tokens/token-store.js';
import { answerOf } from '../verdict.js';
import type { PreparedToken } from './issue-token.js';

/** Judged questions of one caller whose entries, and whose token if there is one, are durable. */
export interface Recorded {
  readonly judged: readonly Judged[];
  readonly entries: readonly DecisionEntry[];
  readonly token?: PreparedToken;
}

/**
 * Makes every decision durable before anybody hears of it, in one group commit; with a token, its record and the entries
 * commit together. Rejects with UnavailableError: then nothing was decided (design §6).
 */
export async function appendAudit(
  tenantId: string,
  judged: readonly Judged[],
  token: PreparedToken | undefined,
  services: { readonly auditLog: AuditLog; readonly tokens: TokenStore },
): Promise<Recorded> {
  const endedAt = performance.now();
  const entries = judged.map((one) =>
    decisionEntry(one, {
      decision: answerOf(one),
      endedAt,
      ...(token === undefined ? {} : { tokenId: token.record.jti }),
    }),
  );
  try {
    if (token) await services.tokens.issue(tenantId, token.record, [...entries, token.entry]);
    else await services.auditLog.append(tenantId, entries);
  } catch (cause) {
    throw new UnavailableError('the decision could not be recorded, so there is none', {
      reason: 'audit-unavailable',
      cause,
    });
  }
  return token === undefined ? { judged, entries } : { judged, entries, token };
}
