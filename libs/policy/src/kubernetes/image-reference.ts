/** A container image as a manifest names it, every default of the container runtimes filled in. */
export interface ImageReference {
  /** Lower case, with its port; `docker.io` where the manifest names none. */
  readonly registry: string;
  /** Registry and path, without tag and digest. */
  readonly repository: string;
  readonly tag?: string;
  /** `sha256:…`. */
  readonly digest?: string;
}

const HOST = /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:]+\])(?::[0-9]{1,5})?$/;
const PATH =
  /^[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*)*$/;
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-f]{32,}$/;
const MAX_LENGTH = 1024;

/** Reads a reference by the grammar of `distribution/reference`; undefined for what no runtime would pull. */
export function parseImage(text: string): ImageReference | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const [named = '', digest, ...more] = text.split('@');
  if (more.length > 0 || (digest !== undefined && !DIGEST.test(digest))) return undefined;
  const { host, rest } = splitHost(named);
  const colon = rest.indexOf(':');
  const path = colon < 0 ? rest : rest.slice(0, colon);
  const tag = colon < 0 ? undefined : rest.slice(colon + 1);
  if (!PATH.test(path) || (tag !== undefined && !TAG.test(tag))) return undefined;
  const registry = registryOf(host);
  if (registry === undefined) return undefined;
  const full = registry === DEFAULT_REGISTRY && !path.includes('/') ? `library/${path}` : path;
  return {
    registry,
    repository: `${registry}/${full}`,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

const DEFAULT_REGISTRY = 'docker.io';

/** What stands before the first slash is a host only where it cannot be a path. */
function splitHost(named: string): { readonly host?: string; readonly rest: string } {
  const slash = named.indexOf('/');
  const first = named.slice(0, Math.max(slash, 0));
  const isHost = /[.:]/.test(first) || first === 'localhost' || first.toLowerCase() !== first;
  return isHost ? { host: first, rest: named.slice(slash + 1) } : { rest: named };
}

function registryOf(host: string | undefined): string | undefined {
  if (host === undefined) return DEFAULT_REGISTRY;
  if (!HOST.test(host)) return undefined;
  const registry = host.toLowerCase();
  return registry === 'index.docker.io' ? DEFAULT_REGISTRY : registry;
}
