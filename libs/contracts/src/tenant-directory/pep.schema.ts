import { z } from 'zod';
import { closed, text } from './fields.js';
import { jsonObject } from './json-value.js';
import { dataTables } from './pep-data.schema.js';
import { opaPaths } from './pep-opa.schema.js';
import { routeSchema } from './pep-route.schema.js';
import type { PepDefinition } from './pep.js';

const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

const publicKey = jsonObject.refine(
  (key) => !PRIVATE_MEMBERS.some((member) => Object.hasOwn(key, member)),
  'Must be a public key; this one holds private members.',
);

const jwks = closed({ keys: z.array(publicKey).min(1, 'Must hold at least one key.').max(20) });

const limits = closed({
  perSecond: z.number().min(0.01).max(1_000_000).optional(),
  burst: z.int().min(1).max(1_000_000).optional(),
  maxBodyBytes: z.int().min(1).max(16_777_216).optional(),
  maxBatch: z.int().min(1).max(1_000).optional(),
});

const trustedProperties = z.array(text(128)).max(1000);

/** One entry of peps.yaml. */
export const pepSchema: z.ZodType<PepDefinition> = closed({
  name: z
    .string()
    .regex(
      /^[A-Za-z0-9][\w.-]{0,127}$/,
      'Must be 1 to 128 letters, digits, dots, hyphens and underscores.',
    ),
  kind: z.enum(['gateway', 'mesh', 'data', 'pipeline', 'kubernetes', 'other']).default('other'),
  mode: z.enum(['enforce', 'warn', 'monitor']).default('enforce'),
  key: z
    .string()
    .min(8, 'Must have at least 8 characters.')
    .max(1024)
    .regex(/^[\x21-\x7e]*$/, 'Must be visible ASCII.')
    .optional(),
  keyHash: keyHash().optional(),
  jwks: jwks.optional(),
  spiffeId: z
    .string()
    .max(2048)
    .regex(/^spiffe:\/\/[a-z0-9._-]+(\/[A-Za-z0-9._-]+)*$/, 'Must be a SPIFFE ID.')
    .optional(),
  trustedProperties: trustedProperties.optional(),
  explain: z.boolean().default(false),
  strict: z.boolean().default(false),
  cacheSeconds: z.number().int().min(0).max(300).optional(),
  routes: z.array(routeSchema).max(1000).default([]),
  authoritative: z.boolean().optional(),
  opa: opaPaths.optional(),
  limits: limits.optional(),
  data: dataTables.optional(),
}).superRefine((pep, ctx) => {
  const { key, keyHash, jwks, spiffeId } = pep;
  if ([key, keyHash, jwks, spiffeId].every((credential) => credential === undefined)) {
    ctx.addIssue({
      code: 'custom',
      path: [],
      message: 'Needs a credential: key, keyHash, jwks or spiffeId.',
    });
  }
  if (key !== undefined && keyHash !== undefined)
    ctx.addIssue({ code: 'custom', path: ['keyHash'], message: 'Give key or keyHash, not both.' });
});

function keyHash(): z.ZodType<string> {
  return z
    .string()
    .toLowerCase()
    .regex(/^[0-9a-f]{64}$/, 'Must be the SHA-256 of the key, 64 hex digits.');
}
