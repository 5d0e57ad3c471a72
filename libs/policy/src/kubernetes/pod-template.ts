import type { JsonObject } from '@sallyport/contracts';
import type { ShapeReader } from './shape.js';

/** What the API server says an object is. */
export interface ObjectKind {
  readonly group: string;
  readonly kind: string;
}

const GROUPS: ReadonlySet<string> = new Set(['', 'apps', 'batch', 'extensions']);

/** Where the pod lies in each kind of workload. */
const PATHS: Readonly<Record<string, readonly string[]>> = {
  Pod: [],
  PodTemplate: ['template'],
  ReplicationController: ['spec', 'template'],
  ReplicaSet: ['spec', 'template'],
  Deployment: ['spec', 'template'],
  StatefulSet: ['spec', 'template'],
  DaemonSet: ['spec', 'template'],
  Job: ['spec', 'template'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template'],
};

/** Whether objects of a kind run containers. */
export function isWorkload({ group, kind }: ObjectKind): boolean {
  return GROUPS.has(group) && Object.hasOwn(PATHS, kind);
}

/** The spec of the pods that a workload runs, and its path; a workload without one is noted as odd. */
export function podSpecOf(
  { kind }: ObjectKind,
  object: JsonObject,
  reader: ShapeReader,
): readonly [spec: JsonObject, path: string] | undefined {
  let [current, path]: [JsonObject, string] = [object, ''];
  for (const name of [...(PATHS[kind] ?? []), 'spec']) {
    path = path === '' ? name : `${path}.${name}`;
    const member = reader.object(current[name], path);
    if (member === undefined) return reader.note(path);
    current = member;
  }
  return [current, path];
}
