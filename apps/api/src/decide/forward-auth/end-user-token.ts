/** The headers that may carry an end user's token. */
export interface TokenHeaders {
  readonly authorization?: string | undefined;
  readonly cookie?: string | undefined;
}

/**
 * The end user's token: the bearer token (RFC 6750 §2.1), or else that of the route's cookie, where it names one. `from` is the
 * route's word on which of the two counts.
 */
export function endUserToken(
  { authorization = '', cookie: cookies = '' }: TokenHeaders,
  cookie: string | undefined,
  from: 'bearer' | 'cookie' | 'both' = 'both',
): string | undefined {
  const bearer = /^bearer +([^\s,]+) *$/i.exec(authorization)?.[1];
  if (from === 'bearer' || cookie === undefined) return from === 'cookie' ? undefined : bearer;
  if (from === 'both' && bearer !== undefined) return bearer;
  const values = cookies
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part.startsWith(`${cookie}=`))
    .map((part) => part.slice(cookie.length + 1));
  // Two cookies of one name: which of them the application means is not known.
  return values.length === 1 && values[0] !== '' ? values[0] : undefined;
}
