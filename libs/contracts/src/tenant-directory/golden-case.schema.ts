import { z } from 'zod';
import type { EvaluationRequest } from '../decision.js';
import type { GoldenCase, GoldenGrant } from './definition.js';
import { closed, entity, moment, plainReference, text } from './fields.js';
import { isObject, jsonObject } from './json-value.js';
import { checkedAt, postureShape } from './register.schema.js';

const party = closed({ type: text(), id: text(1024), properties: jsonObject.optional() });

const request: z.ZodType<EvaluationRequest> = closed({
  subject: party,
  action: closed({ name: text(), properties: jsonObject.optional() }),
  resource: party,
  context: jsonObject.optional(),
});

const authn = closed({
  method: z.enum(['token', 'asserted']).optional(),
  verified: z.boolean().optional(),
  issuer: text(2048).optional(),
  acr: text().optional(),
  amr: z.array(text()).max(50).optional(),
  authTime: moment.optional(),
}).transform(({ authTime, ...rest }) =>
  authTime === undefined ? rest : { ...rest, authTimeMs: authTime },
);

const device = closed({ id: text().optional(), ...postureShape, checkedAt: checkedAt.optional() });

const network = closed({
  ip: text(64).optional(),
  country: text(8).optional(),
  continent: text(8).optional(),
  region: text().optional(),
  asn: z.int().nonnegative().optional(),
  anonymizer: z.boolean().optional(),
});

const risk = closed({
  score: z.int().min(0).max(100).optional(),
  level: z.enum(['low', 'medium', 'high']).optional(),
  reasons: z.array(text()).max(50).optional(),
});

const consent = closed({
  status: z.enum(['permit', 'deny', 'none', 'unknown']),
  purpose: text().optional(),
  directive: text().optional(),
  expiresAt: moment.optional(),
}).transform(({ expiresAt, ...rest }) =>
  expiresAt === undefined ? rest : { ...rest, expiresAtMs: expiresAt },
);

const grantRecord = closed({
  id: text().optional(),
  role: entity(),
  endsAt: moment.optional(),
  breakGlass: z.boolean().optional(),
}).transform(({ endsAt, ...rest }): GoldenGrant =>
  endsAt === undefined ? rest : { ...rest, endsAtMs: endsAt },
);

/** A role that is granted, or a record that also says until when. */
const grant: z.ZodType<GoldenGrant> = z.unknown().transform((value, ctx) => {
  const isRecord = isObject(value) && plainReference(value) === undefined;
  const read = isRecord ? grantRecord.safeParse(value) : entity().safeParse(value);
  if (read.success) return 'role' in read.data ? read.data : { role: read.data };
  for (const issue of read.error.issues)
    ctx.issues.push({
      code: 'custom',
      input: value,
      message: issue.message,
      path: [...issue.path],
    });
  return z.NEVER;
});

const facts = closed({
  authn: authn.optional(),
  device: device.optional(),
  network: network.optional(),
  risk: risk.optional(),
  consent: consent.optional(),
  grants: z.array(grant).max(100).optional(),
});

const names = z.array(text()).max(100).optional();

/** One case of tests/*.yaml. */
export const goldenCaseSchema: z.ZodType<Omit<GoldenCase, 'file'>> = closed({
  name: text(512),
  request: request.optional(),
  admission: jsonObject.optional(),
  at: moment.optional(),
  facts: facts.optional(),
  expect: closed({ decision: z.boolean(), reasons: names, determining: names, obligations: names }),
})
  .superRefine(({ request: asked, admission }, ctx) => {
    if ((asked === undefined) === (admission === undefined)) {
      const message = 'Needs a request or an admission, and not both.';
      ctx.addIssue({ code: 'custom', path: [], message });
    }
  })
  .transform(({ at, ...rest }) => (at === undefined ? rest : { ...rest, atMs: at }));
