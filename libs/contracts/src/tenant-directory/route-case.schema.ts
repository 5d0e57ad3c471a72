import { z } from 'zod';
import type { RouteCase } from './definition.js';
import { closed, text } from './fields.js';
import { jsonObject } from './json-value.js';

const expectedQuestion = closed({
  action: text(),
  resource: closed({ type: text(), id: text(1024) }),
  context: jsonObject.optional(),
});

/** One case of tests/*.yaml that asks what a request line becomes, not what is decided about it. */
export const routeCaseSchema: z.ZodType<Omit<RouteCase, 'file'>> = closed({
  name: text(512),
  route: closed({
    pep: text(128),
    method: z.string().regex(/^[A-Z]{1,20}$/, 'Must be an upper-case HTTP method.'),
    path: text(4096),
    host: text(260).optional(),
  }),
  expect: z.union([z.literal('no-route'), expectedQuestion], {
    error: 'Must be "no-route", or an action and a resource (with type and id).',
  }),
});
