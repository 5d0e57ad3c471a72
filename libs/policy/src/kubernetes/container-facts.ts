import type { Json, JsonObject } from '@sallyport/contracts';
import { type ImageReference, parseImage } from './image-reference.js';
import { type ShapeReader, sorted } from './shape.js';

/** What a pod says for all of its containers. */
export interface PodDefaults {
  readonly security: JsonObject;
  readonly resources: JsonObject;
}

/** One container, as far as policies care; what it leaves to the pod is taken from there. */
export interface ContainerFacts {
  readonly name: string;
  readonly image: string;
  /** Undefined where the image's name could not be read. */
  readonly reference: ImageReference | undefined;
  readonly privileged: boolean;
  /** It does not say `allowPrivilegeEscalation: false`. */
  readonly mayEscalate: boolean;
  /** It neither says `runAsNonRoot: true` nor names a user that is not root. */
  readonly mayRunAsRoot: boolean;
  readonly writableRoot: boolean;
  readonly dropsAll: boolean;
  readonly added: readonly string[];
  readonly lacksLimits: boolean;
  readonly lacksRequests: boolean;
  readonly hostPorts: readonly number[];
}

/** `ephemeral` containers can't have resources, so that they lack none. */
export function containerFacts(
  container: JsonObject,
  path: string,
  { isEphemeral, pod }: { readonly isEphemeral: boolean; readonly pod: PodDefaults },
  reader: ShapeReader,
): ContainerFacts {
  const security = reader.object(container['securityContext'], `${path}.securityContext`) ?? {};
  const image = reader.text(container['image'], `${path}.image`) ?? '';
  const reference = parseImage(image);
  if (reference === undefined) reader.note(`${path}.image`);
  const resources = reader.object(container['resources'], `${path}.resources`) ?? {};
  return {
    name: reader.text(container['name'], `${path}.name`) ?? path,
    image,
    reference,
    ...securityFacts(security, pod.security, `${path}.securityContext`, reader),
    lacksLimits: !isEphemeral && lacks(['limits'], resources, pod.resources, path, reader),
    lacksRequests:
      !isEphemeral && lacks(['requests', 'limits'], resources, pod.resources, path, reader),
    hostPorts: reader
      .objects(container['ports'], `${path}.ports`)
      .map(([port, at]) => reader.integer(port['hostPort'], `${at}.hostPort`) ?? 0)
      .filter((port) => port !== 0),
  };
}

function securityFacts(own: JsonObject, pod: JsonObject, path: string, reader: ShapeReader) {
  const flag = (name: string, of: JsonObject = own) => reader.flag(of[name], `${path}.${name}`);
  const capabilities = reader.object(own['capabilities'], `${path}.capabilities`) ?? {};
  const names = (list: string) =>
    reader
      .list(capabilities[list], `${path}.capabilities.${list}`)
      .map((name) => capability(reader.text(name, `${path}.capabilities.${list}`) ?? ''));
  const user =
    reader.integer(own['runAsUser'], `${path}.runAsUser`) ??
    reader.integer(pod['runAsUser'], 'securityContext.runAsUser');
  const nonRoot = flag('runAsNonRoot') ?? flag('runAsNonRoot', pod);
  const onWindows = (of: JsonObject) =>
    reader.object(of['windowsOptions'], `${path}.windowsOptions`)?.['hostProcess'];
  const hostProcess = onWindows(own) ?? onWindows(pod) ?? false;
  return {
    // A Windows host process is what a privileged container is elsewhere; anything that isn't a clear no counts.
    privileged: flag('privileged') === true || hostProcess !== false,
    mayEscalate: flag('allowPrivilegeEscalation') !== false,
    mayRunAsRoot: user === undefined ? nonRoot !== true : user === 0,
    writableRoot: flag('readOnlyRootFilesystem') !== true,
    dropsAll: names('drop').includes('ALL'),
    added: sorted(names('add')),
  };
}

/** Runtimes read `CAP_NET_ADMIN` and `net_admin` alike. */
function capability(name: string): string {
  return name.toUpperCase().replace(/^CAP_/, '');
}

/** Whether cpu or memory is in none of the lists, neither of the container nor of its pod. */
function lacks(
  lists: readonly string[],
  own: JsonObject,
  pod: JsonObject,
  path: string,
  reader: ShapeReader,
): boolean {
  const holders = lists.flatMap((list) => [
    reader.object(own[list], `${path}.resources.${list}`) ?? {},
    reader.object(pod[list], `resources.${list}`) ?? {},
  ]);
  const isGiven = (value: Json | undefined) =>
    typeof value === 'number' || (typeof value === 'string' && value !== '');
  return ['cpu', 'memory'].some((name) => !holders.some((holder) => isGiven(holder[name])));
}
