import { PepError } from '../errors.js';
import { type Decision, denied, type Question } from '../model.js';
import type { PepClient } from '../pep-client.js';
import { type Refusal, refusal, refusalOf } from './problem.js';

/** What a mapping answers with for a request that anybody may make. */
export const OPEN: unique symbol = Symbol('open to everybody');

/** What a mapping answers with for a request that does not say whose it is. */
export const NOBODY: unique symbol = Symbol('nobody says who they are');

export type Asked = Question | typeof OPEN | typeof NOBODY | undefined;

/**
 * Which question a request is. Undefined, and whatever the mapping throws, refuses the request: what is not declared is closed. `method` is
 * the one to ask for; it differs from the request's where HEAD is asked as GET.
 */
export type Mapping<Request> = (request: Request, method: string) => Asked | Promise<Asked>;

export interface GuardOptions {
  /** `as-get` (the default): HEAD may do what GET may. `ask`: the mapping sees HEAD. */
  readonly head?: 'as-get' | 'ask';
  /** `ask` (the default): like any other method. `pass-preflight`: a browser's CORS preflight, which can't carry credentials, passes unasked. */
  readonly options?: 'ask' | 'pass-preflight';
}

export type Verdict =
  | { readonly passes: true; readonly decision: Decision | undefined }
  | { readonly passes: false; readonly refusal: Refusal };

interface HttpRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** Judges one HTTP request, obligations and all. Never rejects: an exception is a refusal. */
export async function judge<Request extends HttpRequest>(
  client: PepClient,
  request: Request,
  mapping: Mapping<Request> | undefined,
  { head = 'as-get', options = 'ask' }: GuardOptions,
): Promise<Verdict> {
  try {
    if (options === 'pass-preflight' && isPreflight(request)) return PASSES;
    const method = request.method === 'HEAD' && head === 'as-get' ? 'GET' : request.method;
    const question = await mapping?.(request, method);
    if (question === OPEN) return PASSES;
    if (question === NOBODY) return refused(UNPROVED);
    if (question === undefined) return refused(UNKNOWN);
    const decision = await client.enforce(question, { explain: true, target: request });
    return decision.decision ? { passes: true, decision } : refused(refusalOf(decision));
  } catch (error) {
    return refused(error instanceof PepError ? refusalOf(denied(error)) : BROKEN);
  }
}

const PASSES: Verdict = { passes: true, decision: undefined };
const UNKNOWN = refusal(403, {
  code: 'route-unknown',
  message: 'Nothing says who may make this request.',
});
const UNPROVED = refusal(401, {
  code: 'subject-token-missing',
  message: 'Nobody says whose request this is.',
});
const BROKEN = refusal(500, {
  code: 'guard-failed',
  message: 'Who may make this request could not be found out.',
});

function refused(why: Refusal): Verdict {
  return { passes: false, refusal: why };
}

/** Fetch §4.8: what a browser sends before the request itself. */
function isPreflight({ method, headers }: HttpRequest): boolean {
  const asksFor = headers['access-control-request-method'];
  return method === 'OPTIONS' && headers['origin'] !== undefined && asksFor !== undefined;
}
