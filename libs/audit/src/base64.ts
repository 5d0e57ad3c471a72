const STANDARD = /^[A-Za-z0-9+/]*={0,2}$/;
// String.fromCharCode takes its input as arguments, of which an engine allows only so many.
const CHUNK_BYTES = 8192;

/** Standard base64 with padding (RFC 4648 §4). */
export function encodeBase64(bytes: Uint8Array): string {
  let binary = '';
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
    binary += String.fromCharCode(...bytes.subarray(at, at + CHUNK_BYTES));
  }
  return btoa(binary);
}

/**
 * Bytes of standard, padded base64; undefined for anything else. Stray characters, missing padding and non-zero
 * trailing bits are refused, so that a value has one spelling only (RFC 4648 §3.5).
 */
export function decodeBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0 || !STANDARD.test(text)) return undefined;
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i += 1) bytes[i] = binary.charCodeAt(i);
  return encodeBase64(bytes.subarray(bytes.length - (bytes.length % 3))) === tail(text)
    ? bytes
    : undefined;
}

/** The padded last group, the only one whose spelling can vary. */
function tail(text: string): string {
  return text.endsWith('=') ? text.slice(-4) : '';
}
