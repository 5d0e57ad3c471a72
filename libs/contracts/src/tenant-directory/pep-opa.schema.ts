import { z } from 'zod';
import { closed, text } from './fields.js';
import type { PepOpaPath } from './pep.js';

/** `/pointer` (RFC 6901 §3) or a text that stands for itself. */
const source = text(1024).regex(
  /^(?!\/)|^(?:\/(?:[^~/]|~[01])*)+$/,
  'Must be a JSON Pointer such as /user/id, or a text that does not begin with a slash.',
);
const pointer = text(1024).regex(
  /^(?:\/(?:[^~/]|~[01])*)+$/,
  'Must be a JSON Pointer such as /user/token.',
);
const entity = closed({ type: source, id: source });

/** Members of the context that mean something else than a fact about the request. */
const RESERVED = ['subject_token', 'subject_token_type'];

const input = closed({
  subject: entity.optional(),
  token: pointer.optional(),
  action: source.optional(),
  resource: entity.optional(),
  context: z
    .record(
      text(128).refine((name) => !RESERVED.includes(name), 'Use "token" for the end user’s token.'),
      source,
    )
    .refine((members) => Object.keys(members).length <= 50, 'Must have at most 50 members.')
    .optional(),
});

const opaPath: z.ZodType<PepOpaPath> = closed({
  path: z
    .string()
    .max(256)
    .regex(/^[\w.-]+(\/[\w.-]+)*$/, 'Must be a path such as app/authz/allow.'),
  preset: z.enum(['generic', 'kong', 'apisix', 'envoy']).default('generic'),
  view: z.enum(['boolean', 'object']),
  input: input.optional(),
}).superRefine(({ preset, view, input: mapped }, ctx) => {
  const refuse = (path: string[], message: string) =>
    ctx.addIssue({ code: 'custom', path, message });
  if (preset === 'apisix' && view === 'boolean') {
    refuse(['view'], 'APISIX takes an object only.');
  }
  if (preset !== 'generic') {
    for (const member of ['token', 'action', 'resource'] as const) {
      if (mapped?.[member] !== undefined) {
        refuse(['input', member], `The preset ${preset} takes it from the HTTP request.`);
      }
    }
  } else if (mapped !== undefined) {
    const { action, resource, subject, token } = mapped;
    if (action === undefined) refuse(['input', 'action'], 'Required.');
    if (resource === undefined) refuse(['input', 'resource'], 'Required.');
    if (!subject && token === undefined) refuse(['input'], 'Needs a subject or a token.');
    if (subject && token !== undefined) refuse(['input'], 'Give subject or token, not both.');
  }
});

/** The member `opa` of an enforcement point. */
export const opaPaths: z.ZodType<readonly PepOpaPath[]> = z
  .array(opaPath)
  .max(100)
  .superRefine((paths, ctx) => {
    const seen = new Set<string>();
    for (const [index, { path }] of paths.entries()) {
      if (seen.has(path)) {
        ctx.addIssue({ code: 'custom', path: [index, 'path'], message: 'Is there already.' });
      }
      seen.add(path);
    }
  });
