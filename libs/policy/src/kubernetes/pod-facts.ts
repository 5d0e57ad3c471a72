import type { JsonObject } from '@sallyport/contracts';
import { type ContainerFacts, containerFacts } from './container-facts.js';
import { type ShapeReader, sorted } from './shape.js';

/** Whether the register holds verified provenance for an image's digest. */
export type ProvenanceOf = (digest: string) => boolean;

/**
 * What policies may ask about the pods of a workload. Cedar walks no lists, so each question that a rule could ask of every container is answered here: with the names
 * of those that it concerns. Init and ephemeral containers count like the others.
 */
export function podFacts(
  spec: JsonObject,
  path: string,
  isProvenanced: ProvenanceOf,
  reader: ShapeReader,
): JsonObject {
  const containers = containersOf(spec, path, reader);
  const names = (concerns: (container: ContainerFacts) => boolean) =>
    sorted(containers.filter(concerns).map(({ name }) => name));
  return {
    containers: names(() => true),
    ...imageFacts(containers, isProvenanced),
    privilegedContainers: names(({ privileged }) => privileged),
    privilegeEscalation: names(({ mayEscalate }) => mayEscalate),
    runAsRoot: names(({ mayRunAsRoot }) => mayRunAsRoot),
    writableRootFilesystem: names(({ writableRoot }) => writableRoot),
    addedCapabilities: sorted(containers.flatMap(({ added }) => added)),
    keepsCapabilities: names(({ dropsAll }) => !dropsAll),
    withoutLimits: names(({ lacksLimits }) => lacksLimits),
    withoutRequests: names(({ lacksRequests }) => lacksRequests),
    hostPorts: [...new Set(containers.flatMap(({ hostPorts }) => hostPorts))].sort((a, b) => a - b),
    hostNetwork: reader.flag(spec['hostNetwork'], `${path}.hostNetwork`) ?? false,
    hostPID: reader.flag(spec['hostPID'], `${path}.hostPID`) ?? false,
    hostIPC: reader.flag(spec['hostIPC'], `${path}.hostIPC`) ?? false,
    ...volumeFacts(spec, path, reader),
    serviceAccount: serviceAccountOf(spec, path, reader),
    automountsToken:
      reader.flag(spec['automountServiceAccountToken'], `${path}.automountServiceAccountToken`) ??
      true,
  };
}

function containersOf(spec: JsonObject, path: string, reader: ShapeReader): ContainerFacts[] {
  const pod = {
    security: reader.object(spec['securityContext'], `${path}.securityContext`) ?? {},
    resources: reader.object(spec['resources'], `${path}.resources`) ?? {},
  };
  const read = (list: string, isEphemeral = false) =>
    reader
      .objects(spec[list], `${path}.${list}`)
      .map(([container, at]) => containerFacts(container, at, { isEphemeral, pod }, reader));
  const main = read('containers');
  if (main.length === 0) reader.note(`${path}.containers`);
  return [...read('initContainers'), ...main, ...read('ephemeralContainers', true)];
}

function imageFacts(
  containers: readonly ContainerFacts[],
  isProvenanced: ProvenanceOf,
): JsonObject {
  const images = (concerns: (container: ContainerFacts) => boolean) =>
    sorted(containers.filter(concerns).map(({ image }) => image));
  const known = containers.flatMap(({ reference }) => (reference === undefined ? [] : [reference]));
  return {
    images: images(() => true),
    registries: sorted(known.map(({ registry }) => registry)),
    repositories: sorted(known.map(({ repository }) => repository)),
    imagesWithoutDigest: images(({ reference }) => reference?.digest === undefined),
    imagesWithLatestTag: images(
      ({ reference }) =>
        reference?.digest === undefined && (reference?.tag ?? 'latest') === 'latest',
    ),
    imagesWithoutProvenance: images(
      ({ reference }) => reference?.digest === undefined || !isProvenanced(reference.digest),
    ),
  };
}

function volumeFacts(spec: JsonObject, path: string, reader: ShapeReader): JsonObject {
  const volumes = reader.objects(spec['volumes'], `${path}.volumes`);
  const hostPaths = volumes.flatMap(([volume, at]) => {
    const source = reader.object(volume['hostPath'], `${at}.hostPath`);
    return source === undefined ? [] : [hostPath(source['path'], `${at}.hostPath.path`, reader)];
  });
  const types = volumes.flatMap(([volume]) =>
    Object.keys(volume).filter((name) => name !== 'name'),
  );
  return { hostPaths: sorted(hostPaths), volumeTypes: sorted(types) };
}

/** One spelling for each path; a path that could climb is noted as odd. */
function hostPath(value: unknown, at: string, reader: ShapeReader): string {
  const text = reader.text(value, at);
  const parts = (text ?? '').split('/').filter((part) => part !== '' && part !== '.');
  if (text === undefined || parts.includes('..')) reader.note(at);
  return `/${parts.join('/')}`;
}

function serviceAccountOf(spec: JsonObject, path: string, reader: ShapeReader): string {
  const named =
    reader.text(spec['serviceAccountName'], `${path}.serviceAccountName`) ??
    reader.text(spec['serviceAccount'], `${path}.serviceAccount`);
  return named === undefined || named === '' ? 'default' : named;
}
