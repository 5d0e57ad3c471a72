import type { JsonObject, PepRoute } from '@sallyport/contracts';
import type { Pep } from '../../registers/facts.ports.js';
import type { RequestLine } from './request-line.js';

/** What a route makes of a request line. */
export interface MatchedRoute {
  readonly action: string;
  readonly resource: { readonly type: string; readonly id: string };
  readonly context: JsonObject;
  /** Cookie that carries the end user's token, where Authorization does not. */
  readonly cookie?: string;
}

export const MAX_ID_LENGTH = 1_024;

/** Segments that are matched as they are, or that take a name. */
type Segment = { readonly literal: string } | { readonly name: string };

interface CompiledRoute {
  readonly route: PepRoute;
  readonly segments: readonly Segment[];
}

// The register keeps a PEP object until its row changes, so its routes are compiled once.
const compiled = new WeakMap<Pep, readonly CompiledRoute[]>();

/**
 * The first of the enforcement point's routes that covers the request; undefined when none does. Segments match case-sensitively
 * and whole; a named one takes exactly one non-empty segment, percent-decoded.
 */
export function matchRoute(pep: Pep, { method, path }: RequestLine): MatchedRoute | undefined {
  const parts = path.slice(1).split('/');
  for (const { route, segments } of compiledRoutes(pep)) {
    if (route.method !== '*' && route.method !== method) continue;
    const names = bind(segments, parts);
    if (!names) continue;
    const { action, context = {}, cookie } = route;
    const resource = {
      type: fill(route.resource.type, names),
      id: fill(route.resource.id, names),
    };
    if (resource.id.length > MAX_ID_LENGTH) return undefined;
    return {
      action,
      resource,
      context,
      ...(cookie === undefined ? {} : { cookie }),
    };
  }
  return undefined;
}

function compiledRoutes(pep: Pep): readonly CompiledRoute[] {
  const known = compiled.get(pep);
  if (known) return known;
  const routes = (pep.routes as unknown as readonly PepRoute[]).map((route) => ({
    route,
    segments: route.path.slice(1).split('/').map(segmentOf),
  }));
  compiled.set(pep, routes);
  return routes;
}

function segmentOf(text: string): Segment {
  const name = /^\{([A-Za-z_]\w*)\}$/.exec(text)?.[1];
  return name === undefined ? { literal: text } : { name };
}

function bind(
  segments: readonly Segment[],
  parts: readonly string[],
): ReadonlyMap<string, string> | undefined {
  if (segments.length !== parts.length) return undefined;
  const names = new Map<string, string>();
  for (const [index, segment] of segments.entries()) {
    const part = parts[index] ?? '';
    if ('literal' in segment) {
      if (segment.literal !== part) return undefined;
    } else if (part === '') {
      return undefined;
    } else {
      names.set(segment.name, decodeURIComponent(part));
    }
  }
  return names;
}

function fill(template: string, names: ReadonlyMap<string, string>): string {
  return template.replace(/\{([A-Za-z_]\w*)\}/g, (all, name: string) => names.get(name) ?? all);
}
