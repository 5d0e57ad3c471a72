import { strings } from './strings.js';

/** What the form for a new API token holds; the days as typed. */
export interface TokenDraft {
  readonly name: string;
  readonly roles: readonly string[];
  readonly days: string;
}

export interface TokenErrors {
  readonly name?: string;
  readonly roles?: string;
  readonly days?: string;
}

/** What stands in the way of making the token, field by field, in text. */
export function tokenErrors(draft: TokenDraft): TokenErrors {
  const days = Number(draft.days);
  const areDaysFine = /^\d{1,3}$/.test(draft.days.trim()) && days >= 1 && days <= 365;
  return {
    ...(draft.name.trim() === '' && { name: strings.nameMissing }),
    ...(draft.roles.length === 0 && { roles: strings.rolesMissing }),
    ...(!areDaysFine && { days: strings.expiresWrong }),
  };
}

/** State of a token at a moment, in a word. */
export function tokenState(
  token: { readonly revokedAt: string | null; readonly expiresAt: string },
  nowMs: number,
): string {
  if (token.revokedAt !== null) return strings.revokedState;
  return nowMs >= new Date(token.expiresAt).getTime() ? strings.expired : strings.active;
}
