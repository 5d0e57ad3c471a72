import type { JsonObject } from '@sallyport/contracts';
import { type ProvenanceOf, podFacts } from './pod-facts.js';
import { isWorkload, type ObjectKind, podSpecOf } from './pod-template.js';
import { ShapeReader, sorted } from './shape.js';

/** It holds the whole manifest once more, and what is secret in it with that. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
const MAX_ANNOTATION = 256;

/** What policies may ask about one state of an object. */
export interface ObjectFacts {
  /** `labels`, `labelKeys`, `annotations`, `annotationKeys`; `pod` for workloads; `replicas` where it has some. */
  readonly attributes: JsonObject;
  readonly isDeleting: boolean;
  /** A controller made it from what was admitted before. */
  readonly isControlled: boolean;
  /** Paths that did not have the shape that Kubernetes gives them. */
  readonly oddities: readonly string[];
}

/** A pure function of a manifest: total, and whatever it could not read is named. Never the data of a Secret or a ConfigMap. */
export function objectFacts(
  kind: ObjectKind,
  object: JsonObject,
  isProvenanced: ProvenanceOf,
): ObjectFacts {
  const reader = new ShapeReader();
  const metadata = reader.object(object['metadata'], 'metadata') ?? {};
  const labels = reader.texts(metadata['labels'], 'metadata.labels');
  const annotations = reader.texts(metadata['annotations'], 'metadata.annotations');
  const spec = isWorkload(kind) ? podSpecOf(kind, object, reader) : undefined;
  const pod = spec && podFacts(...spec, isProvenanced, reader);
  const replicas = replicasOf(object);
  return {
    attributes: {
      labels,
      labelKeys: sorted(Object.keys(labels)),
      annotations: withoutLarge(annotations),
      annotationKeys: sorted(Object.keys(annotations)),
      ...(pod === undefined ? {} : { pod }),
      ...(replicas === undefined ? {} : { replicas }),
    },
    isControlled: reader
      .objects(metadata['ownerReferences'], 'metadata.ownerReferences')
      .some(([owner]) => owner['controller'] === true),
    isDeleting: typeof metadata['deletionTimestamp'] === 'string',
    oddities: reader.oddities,
  };
}

function withoutLarge(annotations: Readonly<Record<string, string>>): JsonObject {
  const kept = Object.entries(annotations).filter(
    ([name, value]) => name !== LAST_APPLIED && value.length <= MAX_ANNOTATION,
  );
  return Object.fromEntries(kept);
}

/** Of a workload and of its `scale`; an object whose spec means something else has none. */
function replicasOf({ spec }: JsonObject): number | undefined {
  const replicas =
    typeof spec === 'object' && spec !== null ? (spec as JsonObject)['replicas'] : undefined;
  return Number.isSafeInteger(replicas) ? (replicas as number) : undefined;
}
