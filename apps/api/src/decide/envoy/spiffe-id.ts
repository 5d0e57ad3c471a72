const MAX_LENGTH = 2_048;
const PATTERN = /^spiffe:\/\/[a-z0-9._-]{1,255}(\/[A-Za-z0-9._-]+)+$/;

/**
 * Whether a text is the SPIFFE ID of a workload (SPIFFE-ID §2): a trust domain in lower case and a path without empty or dot
 * segments; no port, user, query, fragment or percent-encoding.
 */
export function isSpiffeId(text: string): boolean {
  if (text.length > MAX_LENGTH || !PATTERN.test(text)) return false;
  return !text.split('/').some((segment) => segment === '.' || segment === '..');
}
