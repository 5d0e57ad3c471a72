import type { BrowserSettings } from '@sallyport/contracts';
import type { Question } from '../question.js';
import type { RequestLine } from './request-line.js';

const MAX_ADDRESS_LENGTH = 2_048;

/** Whether a person waits for a page: what a script fetches is better told the status. */
export function wantsPage(method: string, accept: string | undefined): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false;
  const html = weightOf(accept, 'text/html');
  return html > 0 && html >= weightOf(accept, 'application/json');
}

/** RFC 9110 §12.5.1, for one type that must be named: a wildcard asks for nothing in particular. */
function weightOf(accept: string | undefined, type: string): number {
  for (const range of (accept ?? '').split(',')) {
    const [name = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    if (name !== type) continue;
    const quality = parameters.find((one) => one.startsWith('q='))?.slice(2);
    return quality === undefined ? 1 : Number(quality) || 0;
  }
  return 0;
}

/**
 * Where a browser without identity signs in, with the way back; undefined unless the request was for one of the tenant's own
 * origins: anything else would make the sign-in page send people wherever a Host header says.
 */
export function signInAddress(
  settings: BrowserSettings | undefined,
  { scheme, host, path, query = '' }: RequestLine,
): string | undefined {
  if (settings?.signIn === undefined || scheme === undefined || host === undefined)
    return undefined;
  const asked = `${scheme}://${host}${path}${query}`;
  if (asked.length > MAX_ADDRESS_LENGTH || !/^[\x21-\x7e]*$/.test(asked)) return undefined;
  if (!URL.canParse(asked) || !settings.origins.includes(new URL(asked).origin)) return undefined;
  return settings.signIn.replace('{url}', () => encodeURIComponent(asked));
}

/** The console's form for asking for access, with what was denied filled in. */
export function askAddress(
  consoleUrl: string,
  { action, resource }: Pick<Question, 'action' | 'resource'>,
  decisionId: string,
): string {
  const { type, id } = resource;
  const query = new URLSearchParams({ action: action.name, type, id, decision: decisionId });
  return `${consoleUrl}/requests/new?${query.toString()}`;
}
