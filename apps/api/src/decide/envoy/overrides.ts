import { MAX_ID_LENGTH } from '../forward-auth/route-match.js';
import type { CheckAttributes } from './check-request.js';
import { memberOf } from './check-request.js';
import { Unaskable } from './unaskable.js';

/** What the configuration of the proxy says about a route beside the enforcement point's own routes. No client has a word in it. */
export interface Overrides {
  readonly action?: string;
  readonly resourceType?: string;
  readonly resourceId?: string;
  /** `user`: never falls back to the calling workload. `workload`: the calling workload, whatever token there is. */
  readonly subject?: 'user' | 'workload';
  /** How many proxies before this one appended an element to x-forwarded-client-cert. */
  readonly xfccTrustedHops: number;
}

const PREFIX = 'sallyport.';
const MAX_NAME_LENGTH = 256;
const NAMES = ['action', 'resource_type', 'resource_id', 'subject', 'xfcc_trusted_hops'];

/**
 * Reads `sallyport.<name>` in `context_extensions` (per-route configuration of the filter) and `<name>` in the route's metadata
 * under `sallyport`. Throws Unaskable where a name or a value is none of ours, or the two disagree: a misspelt one that was
 * ignored would leave another rule in force.
 */
export function readOverrides(attributes: CheckAttributes): Overrides {
  const found = new Map<string, string>();
  for (const [key, value] of declared(attributes)) {
    if (!NAMES.includes(key) || typeof value !== 'string') {
      throw new Unaskable('request-invalid', `the proxy's setting ${PREFIX}${key} is not known`);
    }
    if ((found.get(key) ?? value) !== value) {
      throw new Unaskable('request-invalid', `the proxy says two things about ${PREFIX}${key}`);
    }
    found.set(key, value);
  }
  const action = text(found, 'action', MAX_NAME_LENGTH);
  const resourceType = text(found, 'resource_type', MAX_NAME_LENGTH);
  const resourceId = text(found, 'resource_id', MAX_ID_LENGTH);
  const subject = found.get('subject');
  if (subject !== undefined && subject !== 'user' && subject !== 'workload') throw unfit('subject');
  const hops = found.get('xfcc_trusted_hops') ?? '0';
  if (!/^\d$/.test(hops)) throw unfit('xfcc_trusted_hops');
  return {
    ...(action === undefined ? {} : { action }),
    ...(resourceType === undefined ? {} : { resourceType }),
    ...(resourceId === undefined ? {} : { resourceId }),
    ...(subject === undefined ? {} : { subject }),
    xfccTrustedHops: Number(hops),
  };
}

function declared(attributes: CheckAttributes): (readonly [string, string | undefined])[] {
  const { context_extensions: extensions, route_metadata_context: metadata } = attributes;
  const ours = Object.entries(extensions ?? {}).filter(([key]) => key.startsWith(PREFIX));
  const fields = memberOf(metadata?.filter_metadata, 'sallyport')?.fields ?? {};
  return [
    ...ours.map(([key, value]) => [key.slice(PREFIX.length), value] as const),
    ...Object.entries(fields).map(([key, { stringValue }]) => [key, stringValue] as const),
  ];
}

function text(
  found: ReadonlyMap<string, string>,
  name: string,
  maxLength: number,
): string | undefined {
  const value = found.get(name);
  if (value !== undefined && (value === '' || value.length > maxLength)) throw unfit(name);
  return value;
}

function unfit(name: string): Unaskable {
  return new Unaskable('request-invalid', `the proxy's setting ${PREFIX}${name} has no fit value`);
}
