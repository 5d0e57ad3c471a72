import type { PrismaPlan } from './prisma-guard.js';
import { findsOne } from './operations.js';
import type { Args, Model } from './prisma-models.js';
import { QueryRefusedError } from './query-refused.js';

/** The `where` of a plan; undefined where it lets everything through. Throws QueryRefusedError for a plan that does not say what it means. */
export function filterOf({ kind, filter }: PrismaPlan, { noRow }: Model): object | undefined {
  switch (kind) {
    case 'always_allowed':
      return undefined;
    case 'always_denied':
      return noRow;
    case 'conditional':
      if (typeof filter === 'object' && filter !== null && saysSomething(filter)) return filter;
  }
  throw new QueryRefusedError('the plan does not say which rows it means');
}

/** Prisma takes an empty AND, OR or NOT inside of a condition, an empty condition and undefined all for no condition: everything would come. */
function saysSomething(part: unknown, name?: string): boolean {
  if (part === undefined) return false;
  if (typeof part !== 'object' || part === null || part instanceof Date) return true;
  const members = Object.entries(part);
  if (members.length === 0) return name === 'in' && Array.isArray(part);
  return members.every(([member, value]) => saysSomething(value, member));
}

/** A query with filters beside its own condition: joined by AND, never merged into it. */
export function filtered(operation: string, args: Args, filters: readonly object[]): Args {
  if (filters.length === 0) return args;
  const { where } = args;
  if (!findsOne(operation)) {
    const own = where === undefined || where === null ? [] : [where];
    return { ...args, where: { AND: [...own, ...filters] } };
  }
  // What finds one row must stand by itself.
  const { AND: own, ...unique } = (where ?? {}) as Args;
  const others = own === undefined ? [] : [own].flat();
  return { ...args, where: { ...unique, AND: [...others, ...filters] } };
}
