const MAX_PATH_LENGTH = 2_048;

/**
 * Why two servers could understand a path (RFC 3986 §3.3, as sent, without its query) differently, or undefined. Such a path is
 * never matched against a route: the server behind the gateway might serve another one than was decided about.
 */
export function ambiguityOf(path: string): string | undefined {
  if (path.length > MAX_PATH_LENGTH) return 'the path is too long';
  if (!/^\/[\x21-\x7e]*$/.test(path)) return 'the path is not an absolute path of visible ASCII';
  if (/[\\;?#]/.test(path)) return 'the path has a backslash, semicolon, query or fragment';
  if (path.includes(',/')) return 'the path may be two, joined by a comma';
  if (/%(?![0-9a-f]{2})/i.test(path)) return 'the path has a broken percent-encoding';
  // An encoded slash, dot, percent sign, other delimiter or control character may be decoded once, twice or never.
  if (/%(?:2[35ef]|3[bf]|5c|[01][0-9a-f]|7f)/i.test(path)) return 'the path hides a delimiter';
  if (path.includes('//')) return 'the path has an empty segment';
  if (/\/\.{1,2}(?:\/|$)/.test(path)) return 'the path has a dot segment';
  return isDecodable(path) ? undefined : 'the path is not UTF-8';
}

function isDecodable(path: string): boolean {
  try {
    return decodeURIComponent(path) !== '';
  } catch {
    return false;
  }
}
