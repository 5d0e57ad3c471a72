import { CliError, exitCodes, type CliIo } from './cli-io.js';

export interface Question {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly body?: unknown;
  readonly token: string | undefined;
  readonly timeoutMs?: number;
  /** Statuses beside 2xx whose answer the command reads itself. */
  readonly expect?: readonly number[];
}

const DEFAULT_TIMEOUT_MS = 60_000;

/** Asks the broker. Throws CliError, in one sentence, when it cannot be reached or refuses. */
export async function ask(io: CliIo, url: string, question: Question): Promise<Response> {
  const { method, path, body, token, timeoutMs = DEFAULT_TIMEOUT_MS, expect = [] } = question;
  if (!URL.canParse(path, url)) throw new CliError(`${url} is not a URL`, exitCodes.usage);
  const headers = {
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  };
  let answer: Response;
  try {
    answer = await io.fetch(new URL(path, url), {
      method,
      headers,
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch (error) {
    throw new CliError(`no broker answers at ${url}: ${causeOf(error)}`, exitCodes.unreachable);
  }
  if (answer.ok || expect.includes(answer.status)) return answer;
  throw new CliError(await refusalOf(answer, token), exitCodes.refused);
}

/** The tenant that a command is about: as given, or as an API token (`spt_<tenant>_…`) says. */
export function tenantOf(io: CliIo, given: string | undefined, token: string | undefined): string {
  const tenant = given ?? io.env['SALLYPORT_TENANT'] ?? /^spt_([a-z0-9-]+)_/.exec(token ?? '')?.[1];
  if (tenant) return tenant;
  throw new CliError('which tenant? Say --tenant, or set SALLYPORT_TENANT', exitCodes.usage);
}

async function refusalOf(answer: Response, token: string | undefined): Promise<string> {
  const body = (await answer.json().catch(() => ({}))) as { message?: unknown; field?: unknown };
  const message = typeof body.message === 'string' ? body.message : answer.statusText;
  const hint =
    answer.status !== 401
      ? ''
      : token === undefined
        ? ' (set SALLYPORT_TOKEN)'
        : ' (is the token right?)';
  return `the broker refused (${answer.status}): ${message}${hint}`;
}

function causeOf(error: unknown): string {
  const { cause, name, message } = error as Error & { cause?: { code?: string; message?: string } };
  if (name === 'TimeoutError') return 'it did not answer in time';
  return cause?.code ?? cause?.message ?? message;
}
