import {
  AnswerMalformedError,
  ForbiddenError,
  PdpFailedError,
  type PepError,
  QuestionRefusedError,
  RateLimitedError,
  RedirectedError,
  UnauthenticatedError,
  UnreachableError,
} from '../errors.js';
import type { Platform } from '../platform.js';
import { readBody } from './read-body.js';
import { retryAfterMs } from './retry-after.js';

/** One request; `body` is sent with its own content type. */
export interface Ask {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Answer {
  readonly headers: Headers;
  readonly json: unknown;
}

export interface ExchangeOptions {
  readonly platform: Platform;
  readonly maxAnswerBytes: number;
  readonly signal: AbortSignal;
}

/** One request and its JSON answer, once. Rejects with a PepError for everything but a 200 with JSON in it. */
export async function exchange(ask: Ask, options: ExchangeOptions): Promise<Answer> {
  const response = await send(ask, options);
  try {
    if (response.status !== 200) throw await refusal(response, options);
    if (!isJson(response.headers.get('content-type')))
      throw new AnswerMalformedError('the answer is not application/json');
    const bytes = await readBody(response, options.maxAnswerBytes);
    return { headers: response.headers, json: parse(bytes) };
  } catch (error) {
    // What is not read to its end would keep its connection.
    void response.body?.cancel().catch(() => undefined);
    throw error;
  }
}

/** A redirect is an answer like any other: following it would carry the key to wherever it points. */
export async function send(
  { method, url, headers, body }: Ask,
  { platform, signal }: Pick<ExchangeOptions, 'platform' | 'signal'>,
): Promise<Response> {
  const init = { method, headers, redirect: 'manual', signal } as const;
  try {
    return await platform.fetch(url, body === undefined ? init : { ...init, body });
  } catch (cause) {
    throw new UnreachableError(`no answer from ${new URL(url).origin}`, { cause });
  }
}

/** The error that an answer other than 200 stands for. */
export async function refusal(
  response: Response,
  { platform, maxAnswerBytes }: Pick<ExchangeOptions, 'platform' | 'maxAnswerBytes'>,
): Promise<PepError> {
  const { status, type } = response;
  if ((status >= 300 && status < 400) || type === 'opaqueredirect')
    return new RedirectedError('the decision point answered with a redirect');
  const message = await messageOf(response, maxAnswerBytes);
  const waitMs = retryAfterMs(response.headers.get('retry-after'), platform.nowMs());
  if (status === 401) return new UnauthenticatedError(message);
  if (status === 403) return new ForbiddenError(message);
  if (status === 429) return new RateLimitedError(message, waitMs);
  if (status >= 400 && status < 500) return new QuestionRefusedError(message, status);
  return new PdpFailedError(message, status, waitMs);
}

async function messageOf(response: Response, maxBytes: number): Promise<string> {
  const otherwise = `the decision point answered ${response.status}`;
  try {
    const said = parse(await readBody(response, maxBytes)) as { message?: unknown } | null;
    return typeof said?.message === 'string' ? said.message.slice(0, 500) : otherwise;
  } catch {
    return otherwise;
  }
}

function isJson(contentType: string | null): boolean {
  return /^application\/json *(?:;|$)/i.test(contentType?.trim() ?? '');
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (cause) {
    throw new AnswerMalformedError('the answer is not JSON', { cause });
  }
}
