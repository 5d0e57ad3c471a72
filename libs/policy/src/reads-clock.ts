const NOW = /"attr":"now"/;
const CONTEXT = /\{"Var":"context"\}/g;
const MEMBER_OF_CONTEXT = /"left":\{"Var":"context"\},"attr":/g;

/**
 * Whether a policy may look at `context.now`: by its JSON text, without understanding it. Any attribute of that name counts, and so does
 * a context that is looked at as a whole.
 */
export function readsClock(est: string): boolean {
  return NOW.test(est) || countOf(est, CONTEXT) > countOf(est, MEMBER_OF_CONTEXT);
}

function countOf(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}
