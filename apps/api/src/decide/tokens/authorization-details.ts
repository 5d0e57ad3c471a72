import type { EntityRef, Obligation } from '@sallyport/contracts';
import { z } from 'zod';

/** RFC 9396 §2: the one type of authorization details that this broker knows. */
export const ACCESS_DETAILS_TYPE = 'sallyport_access';

/** What a token permits: these actions on this resource, decided there, resting on those grants. */
export interface AuthorizationDetail {
  readonly type: typeof ACCESS_DETAILS_TYPE;
  readonly resource: EntityRef;
  readonly actions: readonly string[];
  readonly decision_id: string;
  readonly grant_ids: readonly string[];
  /** What whoever accepts the token must do; absent when nothing. */
  readonly obligations?: readonly Obligation[];
}

const requested = z.tuple(
  [
    z.object({
      type: z.literal(ACCESS_DETAILS_TYPE),
      resource: z.object({ type: z.string().min(1).max(256), id: z.string().min(1).max(1_024) }),
      actions: z.array(z.string().min(1).max(256)).min(1).max(16),
    }),
  ],
  { error: 'must be a JSON array of exactly one object of type sallyport_access' },
);

export type RequestedDetail = z.output<typeof requested>[0];

/** Reads the form parameter `authorization_details`; the string says what is wrong with it. */
export function readRequestedDetail(text: string): RequestedDetail | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'authorization_details is not JSON';
  }
  const result = requested.safeParse(value);
  if (result.success) return result.data[0];
  const [issue] = result.error.issues;
  const path = issue ? issue.path.join('.') : '';
  return `authorization_details${path === '' ? '' : `.${path}`}: ${issue?.message ?? 'is not valid'}`;
}
