import type { EntityRef, JsonObject } from '@sallyport/contracts';
import { parseConsent, parseConsentLike, type ConsentDirective } from '@sallyport/consent';
import type { GrantState } from '@sallyport/grants';
import type { PostureRecord } from '@sallyport/risk';
import { unreadableConsent } from '../../../registers/consent-directive-of.js';
import { Interner } from './interner.js';

// Registers repeat themselves: a million devices run a few operating systems, a million consents follow a few forms. What is equal is one object.
const attributes = new Interner((text) => JSON.parse(text) as JsonObject);
const parents = new Interner((text) => JSON.parse(text) as readonly EntityRef[]);
const roles = new Map<string, Interner<EntityRef>>();
const ownedDevices = new Interner((text) => deviceLike(text, { ownerId: '' }));
const ownerlessDevices = new Interner((text) => deviceLike(text, {}));
const consents = new Map<string, ConsentDirective>();
const MAX_FORMS = 1_000;

export function sharedAttributes(text: string): JsonObject {
  return attributes.get(text);
}

export function sharedParents(text: string): readonly EntityRef[] {
  return parents.get(text);
}

export function sharedRole(type: string, id: string): EntityRef {
  const known = roles.get(type);
  if (known) return known.get(id);
  if (roles.size >= MAX_FORMS) roles.clear();
  const ids = new Interner((roleId: string) => ({ type, id: roleId }));
  roles.set(type, ids);
  return ids.get(id);
}

const states = new Interner((text) => text as GrantState, 16);

export function sharedState(text: string): GrantState {
  return states.get(text);
}

/** `reported` is a device's row without what is only its own. */
export function deviceOf(
  id: string,
  ownerId: string | null,
  reported: string,
  checkedAtMs: number,
): PostureRecord {
  // A copy has the shape of its model: no room to grow, and the reported strings are shared.
  const models = ownerId === null ? ownerlessDevices : ownedDevices;
  const record: Writable<PostureRecord> = { ...models.get(reported) };
  record.deviceId = id;
  record.checkedAtMs = checkedAtMs;
  if (ownerId !== null) record.ownerId = ownerId;
  return record;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

function deviceLike(text: string, owner: { readonly ownerId?: string }): PostureRecord {
  const reported = JSON.parse(text) as Pick<PostureRecord, 'source'>;
  const own = { deviceId: '', ...owner, checkedAtMs: Number.MAX_SAFE_INTEGER };
  return JSON.parse(JSON.stringify({ ...reported, ...own })) as PostureRecord;
}

const HEAD_NAMES = ['patient', 'subject', 'dateTime', 'date'] as const;

/** `head` holds what is a consent's own, `body` the rest; see `parseConsentLike`. */
export function consentOf(
  id: string,
  patient: string,
  head: JsonObject,
  body: string,
): ConsentDirective {
  const form = `${HEAD_NAMES.map((name) => (head[name] === null ? '-' : '+')).join('')}${body}`;
  const alike = consents.get(form);
  const result = alike
    ? parseConsentLike(alike, head)
    : parseConsent({ ...(JSON.parse(body) as JsonObject), ...head });
  if (!result.ok) return unreadableConsent(id, patient);
  if (!alike) {
    if (consents.size >= MAX_FORMS) consents.clear();
    consents.set(form, result.directive);
  }
  return result.directive;
}
