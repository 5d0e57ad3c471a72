import type {
  EntityRecord,
  EntityRef,
  EvaluationRequest,
  Json,
  JsonObject,
} from '@sallyport/contracts';
import type { AdmissionRequest } from './admission-request.js';
import { objectFacts, type ObjectFacts } from './object-facts.js';
import { actionName, objectRef } from './object-names.js';
import { beginningOf, sorted } from './shape.js';
import { subjectOf } from './user-info.js';

/** What the tenant's register holds. */
export type EntityLookup = (ref: EntityRef) => EntityRecord | undefined;

/** The entity type of container images; its ids are digests. */
const IMAGE = 'image';

/**
 * An admission request as a question (protocols.md §6.1). `resource` has everything that policies may ask about the object:
 * deploy/packs/kubernetes/schema.cedarschema lists it. `unreadable` is not empty where the object is not what Kubernetes says it is: policies deny then.
 */
export function admissionQuestion(
  request: AdmissionRequest,
  lookup: EntityLookup,
): EvaluationRequest {
  const { kind, operation, subresource, namespace, dryRun, uid } = request;
  const isProvenanced = (digest: string) =>
    lookup({ type: IMAGE, id: digest })?.attrs['provenanceVerified'] === true;
  const facts = (object: JsonObject | undefined) =>
    object && objectFacts(kind, object, isProvenanced);
  const before = facts(request.oldObject);
  // What is deleted is judged as it was.
  const now = operation === 'DELETE' ? before : facts(request.object);
  const ref = objectRef({ ...request.resource, namespace, name: nameOf(request) });
  return {
    subject: subjectOf(request.user),
    action: { name: actionName(operation.toLowerCase(), subresource) },
    resource: {
      ...ref,
      properties: {
        kubernetes: 'admission',
        apiGroup: kind.group,
        apiVersion: kind.version,
        kind: kind.kind,
        ...named({ namespace, subresource, name: request.name }),
        ...(now ?? NOTHING).attributes,
        ...(operation === 'UPDATE' && before ? { old: before.attributes } : {}),
        controlled: now?.isControlled ?? false,
        deleting: isDeleting(request, before),
        ...exceptionsFor(ref, namespace, lookup),
        unreadable: unreadable(request, now, before),
      },
    },
    context: { operation, dryRun, uid },
  };
}

const NOTHING: Pick<ObjectFacts, 'attributes'> = {
  attributes: { labels: {}, labelKeys: [], annotations: {}, annotationKeys: [] },
};

/** The API server names what exists; of what does not yet, the manifest says how its name will begin. */
function nameOf({ name, object }: AdmissionRequest): string {
  if (name !== '') return name;
  const { name: own, generateName: prefix } = (object?.['metadata'] ?? {}) as JsonObject;
  if (typeof own === 'string' && own !== '') return own;
  return typeof prefix === 'string' ? `${beginningOf(prefix)}*` : '';
}

/** Only of the object itself: debugging a pod that ends does not help it to end. */
function isDeleting({ operation, subresource }: AdmissionRequest, before?: ObjectFacts): boolean {
  return operation === 'DELETE' || (subresource === '' && before?.isDeleting === true);
}

function named(names: Readonly<Record<string, string>>): JsonObject {
  return Object.fromEntries(Object.entries(names).filter(([, name]) => name !== ''));
}

/** What the register excepts the object from: by itself, or with its whole namespace. */
function exceptionsFor(ref: EntityRef, namespace: string, lookup: EntityLookup): JsonObject {
  const home = { type: 'k8s::core::namespaces', id: namespace };
  const records = [lookup(ref), namespace === '' ? undefined : lookup(home)];
  const all = (name: string) => sorted(records.flatMap((record) => textsOf(record?.attrs[name])));
  return { exceptions: all('exceptions'), allowedHostPaths: all('allowedHostPaths') };
}

function textsOf(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function unreadable(
  { operation }: AdmissionRequest,
  now: ObjectFacts | undefined,
  before: ObjectFacts | undefined,
): string[] {
  const lacksObject = now === undefined && (operation === 'CREATE' || operation === 'UPDATE');
  // Where an object was never right, its change must be able to put it right: only what it becomes counts.
  const lacksOld = before === undefined && operation === 'UPDATE';
  return [
    ...(now?.oddities ?? []),
    ...(lacksObject ? ['object'] : []),
    ...(lacksOld ? ['oldObject'] : []),
  ];
}
