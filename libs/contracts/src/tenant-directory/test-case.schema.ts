import { z } from 'zod';
import type { GoldenCase, RouteCase } from './definition.js';
import { goldenCaseSchema } from './golden-case.schema.js';
import { isObject } from './json-value.js';
import { routeCaseSchema } from './route-case.schema.js';

/** One case of tests/*.yaml: what its members say it is, so that a mistake is told in the words of that kind. */
export const testCaseSchema: z.ZodType<Omit<GoldenCase, 'file'> | Omit<RouteCase, 'file'>> = z
  .unknown()
  .transform((value, ctx) => {
    const isRoute = isObject(value) && Object.hasOwn(value, 'route');
    const read = (isRoute ? routeCaseSchema : goldenCaseSchema).safeParse(value);
    if (read.success) return read.data;
    for (const issue of read.error.issues) ctx.issues.push({ ...issue, input: value } as never);
    return z.NEVER;
  });
