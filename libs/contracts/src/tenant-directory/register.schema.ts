import { z } from 'zod';
import type { EntityRecord, EntityRef } from '../decision.js';
import { cedarAttributes } from './cedar-attributes.js';
import type { CheckedAt, ConsentDefinition, DeviceDefinition } from './definition.js';
import { unescapeTypeName } from './entity-type.js';
import {
  closed,
  duration,
  entity,
  moment,
  plainReference,
  Refusal,
  text,
  written,
} from './fields.js';
import { isObject, jsonObject } from './json-value.js';

const uid: z.ZodType<EntityRef> = written((value) => {
  const isEscaped = isObject(value) && Object.keys(value).join() === '__entity';
  const ref = plainReference(isEscaped ? value['__entity'] : value);
  if (ref === undefined) return new Refusal('Must be {"type": …, "id": …}.');
  return { type: unescapeTypeName(ref.type), id: ref.id };
});

/** One entity of entities/*.json: Cedar's entity JSON. */
export const entitySchema: z.ZodType<EntityRecord> = closed({
  uid,
  attrs: cedarAttributes.default({}),
  parents: z.array(uid).max(10_000).default([]),
});

/** A time, or `{ago: "10m"}`. */
export const checkedAt: z.ZodType<CheckedAt> = written((value): CheckedAt | Refusal => {
  if (isObject(value) && Object.keys(value).join() === 'ago') {
    const ago = duration.safeParse(value['ago']);
    return ago.success
      ? { agoSeconds: ago.data }
      : new Refusal('Must be a duration such as 10m.', ['ago']);
  }
  const at = moment.safeParse(value);
  return at.success
    ? { atMs: at.data }
    : new Refusal('Must be a time such as 2026-03-01T12:00:00Z, or {"ago": "10m"}.');
});

/** What posture says beside who and when. */
export const postureShape = {
  managed: z.boolean().optional(),
  compliant: z.boolean().optional(),
  os: text(64).optional(),
  osVersion: text(64).optional(),
  diskEncrypted: z.boolean().optional(),
  screenLock: z.boolean().optional(),
  firewall: z.boolean().optional(),
};

/** One record of devices/*.json. */
export const deviceSchema: z.ZodType<DeviceDefinition> = closed({
  id: text(),
  owner: entity('user').optional(),
  ...postureShape,
  checkedAt,
});

/** One resource of consents/*.json: FHIR R4/R5 Consent, judged by its own part; here only that it is one and has an id. */
export const consentSchema: z.ZodType<ConsentDefinition> = jsonObject
  .superRefine((resource, ctx) => {
    if (resource['resourceType'] !== 'Consent')
      ctx.addIssue({ code: 'custom', path: ['resourceType'], message: 'Must be "Consent".' });
    // FHIR R5 §2.1.28.0.1, type id.
    const hasId =
      typeof resource['id'] === 'string' && /^[A-Za-z0-9.-]{1,64}$/.test(resource['id']);
    if (!hasId)
      ctx.addIssue({
        code: 'custom',
        path: ['id'],
        message: 'Must be a FHIR id: 1 to 64 letters, digits, hyphens and dots.',
      });
  })
  .transform((resource) => ({ id: String(resource['id']), resource }));
