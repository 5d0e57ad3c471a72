import { z } from 'zod';
import { closed, text } from './fields.js';
import { jsonObject } from './json-value.js';
import type { PepRoute } from './pep.js';

const PATH = /^\/(?:[^\s{}?#]|\{[A-Za-z_]\w*\}|\{[A-Za-z_]\w*\*\}$)*$/;
const HOST = /^[a-z0-9](?:[a-z0-9._-]{0,252})(?::\d{1,5})?$/;

const resource = closed({ type: text(), id: text(1024) });

/** One entry of `routes` in peps.yaml. */
export const routeSchema: z.ZodType<PepRoute> = closed({
  method: z.string().regex(/^(\*|[A-Z]{1,20})$/, 'Must be an upper-case HTTP method, or "*".'),
  host: z.string().regex(HOST, 'Must be a host in lower case, with a port or without.').optional(),
  path: z
    .string()
    .max(1024)
    .regex(PATH, 'Must be a path such as /records/{id}, or /files/{path*}.'),
  action: text(),
  resource,
  context: jsonObject.optional(),
  cookie: z
    .string()
    .regex(/^[\w!#$%&'*+.^`|~-]{1,128}$/, 'Must be the name of a cookie.')
    .optional(),
  subject: z.enum(['bearer', 'cookie', 'both']).optional(),
  unauthenticated: word(401, 'redirect'),
  denied: word(403, 'ask'),
  token: closed({ audience: text(256) }).optional(),
  groups: z.boolean().optional(),
}).superRefine((route, ctx) => {
  const given = new Set(placeholders(route.path));
  for (const member of ['type', 'id'] as const) {
    const unknown = placeholders(route.resource[member]).find((name) => !given.has(name));
    if (unknown !== undefined)
      ctx.addIssue({
        code: 'custom',
        path: ['resource', member],
        message: `{${unknown}} is not in the path.`,
      });
  }
  const needsCookie = route.subject === 'cookie' || route.subject === 'both';
  if (needsCookie && route.cookie === undefined)
    ctx.addIssue({ code: 'custom', path: ['subject'], message: 'Needs the name of a cookie.' });
});

/** A status, or what a browser gets in its place. */
function word<S extends number, W extends string>(status: S, instead: W) {
  const error = `Must be ${status} or "${instead}".`;
  return z.union([z.literal(status), z.literal(instead)], { error }).optional();
}

function placeholders(template: string): string[] {
  return Array.from(template.matchAll(/\{([A-Za-z_]\w*)\*?\}/g), (match) => match[1] ?? '');
}
