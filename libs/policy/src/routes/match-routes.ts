import type { JsonObject, PepRoute } from '@sallyport/contracts';
import { ambiguityOf } from './path-ambiguity.js';

/** What a route looks at. */
export interface RouteLine {
  readonly method: string;
  /** As sent, without the query. */
  readonly path: string;
  /** `name` or `name:port`, in any case; a route that names a host needs it. */
  readonly host?: string;
}

/** What a route makes of a request line. */
export interface MatchedRoute {
  readonly action: string;
  readonly resource: { readonly type: string; readonly id: string };
  readonly context: JsonObject;
  /** Cookie that carries the end user's token, where Authorization does not. */
  readonly cookie?: string;
  readonly route: PepRoute;
}

export const MAX_ID_LENGTH = 1_024;

/** Segments that are matched as they are, that take a name, or that take all the rest. */
type Segment = { readonly literal: string } | { readonly name: string } | { readonly rest: string };

interface CompiledRoute {
  readonly route: PepRoute;
  readonly segments: readonly Segment[];
}

// The register keeps an enforcement point's routes until its row changes, so they are compiled once.
const compiled = new WeakMap<readonly PepRoute[], readonly CompiledRoute[]>();

/**
 * The first route that covers the request; undefined when none does, and for every path that two servers could read differently.
 * Segments are percent-decoded, and match case-sensitively and whole; a named one takes exactly one that is not empty, `{name*}` at
 * the end one or more.
 */
export function matchRoutes(
  routes: readonly PepRoute[],
  { method, path, host }: RouteLine,
): MatchedRoute | undefined {
  if (ambiguityOf(path) !== undefined) return undefined;
  // Decoded before it is matched: a server takes /%6de for /me (RFC 3986 §6.2.2.2), and so must the route.
  const parts = path
    .slice(1)
    .split('/')
    .map((part) => decodeURIComponent(part));
  for (const { route, segments } of compiledRoutes(routes)) {
    if (route.method !== '*' && route.method !== method) continue;
    if (route.host !== undefined && !isHost(route.host, host)) continue;
    const names = bind(segments, parts);
    if (names) return filled(route, names);
  }
  return undefined;
}

function filled(route: PepRoute, names: ReadonlyMap<string, string>): MatchedRoute | undefined {
  const { action, context = {}, cookie } = route;
  const resource = {
    type: fill(route.resource.type, names),
    id: fill(route.resource.id, names),
  };
  if (resource.id.length > MAX_ID_LENGTH) return undefined;
  return { action, resource, context, route, ...(cookie === undefined ? {} : { cookie }) };
}

function compiledRoutes(routes: readonly PepRoute[]): readonly CompiledRoute[] {
  const known = compiled.get(routes);
  if (known) return known;
  const made = routes.map((route) => ({
    route,
    segments: route.path.slice(1).split('/').map(segmentOf),
  }));
  compiled.set(routes, made);
  return made;
}

/** A host without a port stands for every port. */
function isHost(wanted: string, host: string | undefined): boolean {
  const given = host?.toLowerCase();
  return given === wanted || given?.replace(/:\d+$/, '') === wanted;
}

function segmentOf(text: string): Segment {
  const [, name, star] = /^\{([A-Za-z_]\w*)(\*?)\}$/.exec(text) ?? [];
  if (name === undefined) return { literal: decoded(text) };
  return star === '*' ? { rest: name } : { name };
}

function bind(
  segments: readonly Segment[],
  parts: readonly string[],
): ReadonlyMap<string, string> | undefined {
  const names = new Map<string, string>();
  for (const [index, segment] of segments.entries()) {
    const part = parts[index];
    if (part === undefined) return undefined;
    if ('literal' in segment) {
      if (segment.literal !== part) return undefined;
    } else if (part === '') {
      return undefined;
    } else if ('rest' in segment) {
      const rest = parts.slice(index);
      // No part holds a slash, so that joining them loses nothing; an empty last one is another path to some servers.
      return rest.includes('') ? undefined : names.set(segment.rest, rest.join('/'));
    } else {
      names.set(segment.name, part);
    }
  }
  return segments.length === parts.length ? names : undefined;
}

/** A template may be written with percent-encodings or without. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function fill(template: string, names: ReadonlyMap<string, string>): string {
  return template.replace(/\{([A-Za-z_]\w*)\}/g, (all, name: string) => names.get(name) ?? all);
}
