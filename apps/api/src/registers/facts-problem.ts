/** What went wrong with the facts without stopping the process. Operators see it; no answer carries it. */
export type FactsProblem =
  | {
      readonly kind: 'policy-refused';
      readonly tenantId: string;
      readonly policyVersion: string;
      readonly message: string;
    }
  | { readonly kind: 'sync-failed'; readonly tenantId: string; readonly message: string }
  | { readonly kind: 'feed-lost'; readonly message: string }
  | { readonly kind: 'poll-failed'; readonly message: string }
  | { readonly kind: 'prune-failed'; readonly tenantId: string; readonly message: string }
  | { readonly kind: 'listener-failed'; readonly message: string }
  | { readonly kind: 'places-dropped'; readonly tenantId: string; readonly message: string };

export type ReportProblem = (problem: FactsProblem) => void;

/** The public part of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
