import { cacheExchange, Client, fetchExchange, type CombinedError } from 'urql';
import { learnServerTime } from './clock.js';

/** What went wrong, in the console's words. `traceId` is what the broker's own log knows the exchange by. */
export interface Problem {
  readonly kind: 'signed-out' | 'forbidden' | 'not-found' | 'unreachable' | 'failed';
  readonly message: string;
  readonly code?: string;
  readonly traceId?: string;
}

/** Every POST to the broker carries this header: a foreign page cannot set it without a preflight that is refused. */
export const CSRF_HEADERS: Readonly<Record<string, string>> = { 'x-sallyport-csrf': '1' };

/** A client for POST /graphql with the session cookie. `onSignedOut` is called when an answer says 401. */
export function createApiClient(onSignedOut: () => void): Client {
  return new Client({
    url: '/graphql',
    preferGetMethod: false,
    fetchOptions: { credentials: 'same-origin', headers: { ...CSRF_HEADERS } },
    fetch: async (input, init) => {
      const sent = Date.now();
      const response = await fetch(input, init);
      learnServerTime(response.headers.get('date'), sent, Date.now());
      if (response.status === 401) onSignedOut();
      return response;
    },
    exchanges: [cacheExchange, fetchExchange],
  });
}

/** Reads a failed GraphQL exchange: transport errors, HTTP statuses and `extensions.code` of GraphQL errors. */
export function problemOf(error: CombinedError): Problem {
  const first = error.graphQLErrors[0];
  const extensions = first?.extensions ?? {};
  const code = textOf(extensions['code'])?.toLowerCase().replaceAll('_', '-');
  const status = statusOf(error.response);
  const traceId =
    textOf(extensions['requestId']) ?? textOf(extensions['traceId']) ?? traceOf(error.response);
  const kind = kindOf(code, status, first !== undefined);
  const message = first?.message ?? sentenceFor(kind, status);
  return {
    kind,
    message,
    ...(code !== undefined && { code }),
    ...(traceId !== undefined && { traceId }),
  };
}

function kindOf(
  code: string | undefined,
  status: number | undefined,
  answered: boolean,
): Problem['kind'] {
  if (status === 401 || code === 'unauthenticated') return 'signed-out';
  if (status === 403 || code === 'forbidden') return 'forbidden';
  if (status === 404 || code === 'not-found') return 'not-found';
  return answered || status !== undefined ? 'failed' : 'unreachable';
}

function sentenceFor(kind: Problem['kind'], status: number | undefined): string {
  if (kind === 'signed-out') return 'Your session has ended.';
  if (kind === 'forbidden') return 'You may not see this.';
  if (kind === 'not-found') return 'There is no such thing, or it is not yours to see.';
  if (kind === 'unreachable') return 'The broker could not be reached.';
  return `The broker answered with status ${status ?? 'unknown'}.`;
}

function statusOf(response: unknown): number | undefined {
  return isResponse(response) ? response.status : undefined;
}

function traceOf(response: unknown): string | undefined {
  return isResponse(response) ? (response.headers.get('x-request-id') ?? undefined) : undefined;
}

// By its shape: urql types the transport's answer as anything.
function isResponse(value: unknown): value is Pick<Response, 'status' | 'headers'> {
  return typeof value === 'object' && value !== null && 'status' in value && 'headers' in value;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
