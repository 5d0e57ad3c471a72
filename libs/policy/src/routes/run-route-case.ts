import type { JsonObject, RouteCase, TenantDefinition } from '@sallyport/contracts';
import { matchRoutes } from './match-routes.js';

/** The question that a request line became; `noRoute` where it became none. */
export type RouteOutcome =
  | { readonly noRoute: true }
  | {
      readonly action: string;
      readonly resource: { readonly type: string; readonly id: string };
      readonly context: JsonObject;
    };

export interface RouteCaseResult {
  readonly name: string;
  readonly file: string;
  readonly pass: boolean;
  readonly expected: RouteCase['expect'];
  readonly got: RouteOutcome;
  /** One sentence per difference; empty where the case passes. */
  readonly differences: readonly string[];
}

/** Puts a request line to the routes of one enforcement point, as its gateway would; no policy is asked. */
export function runRouteCase({ peps }: TenantDefinition, test: RouteCase): RouteCaseResult {
  const { name, file, route, expect } = test;
  const pep = peps.find((one) => one.name === route.pep);
  const path = route.path.split('?', 1)[0] ?? '';
  const matched = pep && matchRoutes(pep.routes, { ...route, path });
  const got: RouteOutcome = matched
    ? { action: matched.action, resource: matched.resource, context: matched.context }
    : { noRoute: true };
  const differences =
    pep === undefined
      ? [`peps.yaml has no enforcement point ${JSON.stringify(route.pep)}`]
      : differencesOf(expect, got);
  return { name, file, pass: differences.length === 0, expected: expect, got, differences };
}

function differencesOf(expected: RouteCase['expect'], got: RouteOutcome): string[] {
  if (expected === 'no-route') {
    return 'noRoute' in got ? [] : [`expected no route, got ${questionText(got)}`];
  }
  if ('noRoute' in got) return ['expected a question, but no route covers this request'];
  const { action, resource, context } = expected;
  return [
    ...difference('action', action, got.action),
    ...difference('resource', resource, got.resource),
    ...difference('context', context, got.context),
  ];
}

function difference(what: string, expected: unknown, got: unknown): string[] {
  if (expected === undefined || canonical(expected) === canonical(got)) return [];
  return [`expected the ${what} ${canonical(expected)}, got ${canonical(got)}`];
}

function questionText(got: Extract<RouteOutcome, { action: string }>): string {
  return `${got.action} of ${got.resource.type}::${JSON.stringify(got.resource.id)}`;
}

/** JSON with the members of objects in order. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}
