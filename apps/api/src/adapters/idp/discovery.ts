import type { Fetch } from './bounded-fetch.js';

/** Where an issuer publishes its keys: OpenID Connect Discovery 1.0 §4. Rejects unless the document is the issuer's own. */
export async function discoverJwksUri(
  issuer: string,
  fetch: Fetch,
  timeoutMs: number,
): Promise<string> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const response = await fetch(url, {
    headers: { accept: 'application/json' },
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (response.status !== 200) throw new Error(`discovery answered ${response.status}`);
  const document = (await response.json()) as { issuer?: unknown; jwks_uri?: unknown } | null;
  // §4.3: otherwise one issuer could speak for another.
  if (document?.issuer !== issuer) throw new Error('discovery names another issuer');
  const { jwks_uri: jwksUri } = document;
  if (typeof jwksUri !== 'string' || !isAllowed(jwksUri, issuer)) {
    throw new Error('discovery names no usable jwks_uri');
  }
  return jwksUri;
}

/** https, or plain http only where the issuer itself is on this machine. */
function isAllowed(jwksUri: string, issuer: string): boolean {
  if (!URL.canParse(jwksUri)) return false;
  const { protocol, hostname } = new URL(jwksUri);
  return protocol === 'https:' || (protocol === 'http:' && hostname === new URL(issuer).hostname);
}
