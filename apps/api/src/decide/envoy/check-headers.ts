import type { CheckHttp } from './check-request.js';
import { Unaskable } from './unaskable.js';

/** The headers of the end user's request that a decision may depend on. */
export interface IdentityHeaders {
  readonly authorization?: string | undefined;
  readonly cookie?: string | undefined;
  readonly deviceId?: string | undefined;
  readonly xfcc?: string | undefined;
}

/** Envoy itself takes 60 KiB and 100 headers by default. */
const MAX_HEADER_BYTES = 65_536;
const MAX_HEADERS = 256;
const VISIBLE = /^[\x20-\x7e]*$/;

/**
 * Throws Unaskable where there are too many headers, or where one that says who asks is there twice or holds anything but visible
 * ASCII: what Envoy and the application make of it is not known then.
 */
export function identityHeaders(http: CheckHttp): IdentityHeaders {
  const headers = allHeaders(http);
  const authorization = single(headers, 'authorization');
  // Envoy joins repeated headers with commas.
  if (/(?:^|,)\s*bearer\s.*,|,\s*bearer\s/i.test(authorization ?? '')) {
    throw new Unaskable('request-invalid', 'there is more than one bearer token');
  }
  const deviceId = single(headers, 'x-device-id');
  if (deviceId?.includes(',')) {
    throw new Unaskable('request-invalid', 'there is more than one x-device-id');
  }
  return {
    authorization,
    cookie: headers.get('cookie')?.join('; '),
    deviceId,
    xfcc: visible('x-forwarded-client-cert', headers.get('x-forwarded-client-cert')?.join(',')),
  };
}

function allHeaders({ headers, header_map: map }: CheckHttp): ReadonlyMap<string, string[]> {
  const named: (readonly [string, string])[] = Object.entries(headers ?? {});
  const raw = (map?.headers ?? []).map(({ key = '', value = '', raw_value: bytes }) => {
    // A character a byte: what is no ASCII is looked at only where a decision depends on it, and refused there.
    const text = bytes && bytes.length > 0 ? Buffer.from(bytes).toString('latin1') : value;
    return [key, text] as const;
  });
  if (named.length > 0 && raw.length > 0) {
    throw new Unaskable('request-invalid', 'there are headers of two encodings');
  }
  const found = new Map<string, string[]>();
  let bytes = 0;
  for (const [key, value] of [...named, ...raw]) {
    bytes += key.length + value.length;
    const name = key.toLowerCase();
    const values = found.get(name);
    if (values) values.push(value);
    else found.set(name, [value]);
  }
  if (bytes > MAX_HEADER_BYTES || named.length + raw.length > MAX_HEADERS) {
    throw new Unaskable('request-invalid', 'the headers are too large');
  }
  return found;
}

function single(headers: ReadonlyMap<string, string[]>, name: string): string | undefined {
  const values = headers.get(name);
  if (values && values.length > 1) {
    throw new Unaskable('request-invalid', `the header ${name} is there more than once`);
  }
  return visible(name, values?.[0]);
}

function visible(name: string, value: string | undefined): string | undefined {
  if (value !== undefined && !VISIBLE.test(value)) {
    throw new Unaskable('request-invalid', `the header ${name} is not visible ASCII`);
  }
  return value;
}
