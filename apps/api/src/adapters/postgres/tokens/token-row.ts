import type {
  StoredToken,
  TokenQuestion,
  TokenRecord,
} from '../../../decide/tokens/token-store.js';

export interface TokenRow {
  readonly jti: string;
  readonly decision_id: string;
  readonly pep: string;
  readonly subject_type: string;
  readonly subject_id: string;
  readonly audience: string;
  readonly scope: string;
  readonly grant_ids: readonly string[];
  readonly device_id: string | null;
  readonly request: TokenQuestion;
  readonly issued_at: Date;
  readonly expires_at: Date;
  readonly revoked_at: Date | null;
}

/** In the order of `toValues`. */
export const COLUMNS =
  'jti, decision_id, pep, subject_type, subject_id, audience, scope, grant_ids, device_id, request, issued_at, expires_at';

export function toValues(token: TokenRecord): readonly unknown[] {
  return [
    token.jti,
    token.decisionId,
    token.pep,
    token.subject.type,
    token.subject.id,
    token.audience,
    token.scope,
    token.grantIds,
    token.deviceId ?? null,
    JSON.stringify(token.question),
    new Date(token.issuedAtMs),
    new Date(token.expiresAtMs),
  ];
}

export function fromRow(row: TokenRow): StoredToken {
  return {
    jti: row.jti,
    decisionId: row.decision_id,
    pep: row.pep,
    subject: { type: row.subject_type, id: row.subject_id },
    audience: row.audience,
    scope: row.scope,
    grantIds: row.grant_ids,
    ...(row.device_id === null ? {} : { deviceId: row.device_id }),
    question: row.request,
    issuedAtMs: row.issued_at.getTime(),
    expiresAtMs: row.expires_at.getTime(),
    ...(row.revoked_at === null ? {} : { revokedAtMs: row.revoked_at.getTime() }),
  };
}
