import { type JsonRecord, readRef, readText } from '../json-members.js';

/** An object that was let into the cluster, as reports name it. */
export interface ReportedObject {
  readonly apiVersion?: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

/** A policy that stood against what was let in. */
export interface Opposed {
  readonly policyId: string;
  /** The policy's own words or code; absent where it gives none. */
  readonly reason?: string;
  /** It decided, but its enforcement point does not enforce. */
  readonly isDecided: boolean;
}

/** One admission of the log. */
export interface ReportedAdmission {
  readonly decisionId: string;
  readonly timeMs: number;
  readonly object: ReportedObject;
  /** The same for every admission of one object. */
  readonly key: string;
  readonly isDeletion: boolean;
  readonly pepMode: string;
  readonly opposed: readonly Opposed[];
}

/** Undefined for whatever is no admission, was only tried, or was refused: nothing of that is in the cluster. */
export function reportedAdmission(entry: JsonRecord): ReportedAdmission | undefined {
  const { properties, context } = partsOf(entry['request']);
  const resource = readRef(entry['resource']);
  const isLetIn = entry['decision'] === true && context['dryRun'] === false;
  if (!isLetIn || !resource?.type.startsWith('k8s::') || context['operation'] === undefined)
    return undefined;
  return {
    decisionId: readText(entry['id']) ?? '',
    timeMs: Date.parse(readText(entry['time']) ?? ''),
    object: objectOf(resource, properties),
    key: `${resource.type} ${resource.id}`,
    isDeletion: context['operation'] === 'DELETE',
    pepMode: readText(entry['mode']) ?? 'enforce',
    opposed: opposedBy(entry),
  };
}

function partsOf(request: unknown): { properties: JsonRecord; context: JsonRecord } {
  const { resource, context } = recordOf(request);
  return { properties: recordOf(recordOf(resource)['properties']), context: recordOf(context) };
}

/** Of an object too large to be logged only its reference is there. */
function objectOf(
  { type, id }: { readonly type: string; readonly id: string },
  properties: JsonRecord,
): ReportedObject {
  const [, , plural = ''] = type.split('::');
  const slash = id.indexOf('/');
  const [group, version] = [properties['apiGroup'], readText(properties['apiVersion'])];
  const prefix = typeof group === 'string' && group !== '' ? `${group}/` : '';
  return {
    ...(version === undefined ? {} : { apiVersion: `${prefix}${version}` }),
    kind: readText(properties['kind']) ?? plural,
    ...(slash < 0 ? {} : { namespace: id.slice(0, slash) }),
    name: id.slice(slash + 1),
  };
}

function opposedBy(entry: JsonRecord): Opposed[] {
  const decided = entry['effective'] === false ? forbidding(entry['determining'], true) : [];
  const shadow = forbidding(recordOf(entry['shadow'])['determining'], false);
  const known = new Set(decided.map(({ policyId }) => policyId));
  return [...decided, ...shadow.filter(({ policyId }) => !known.has(policyId))];
}

function forbidding(determining: unknown, isDecided: boolean): Opposed[] {
  if (!Array.isArray(determining)) return [];
  return determining.map(recordOf).flatMap(({ id, effect, reason }) => {
    const policyId = readText(id);
    if (effect !== 'forbid' || policyId === undefined) return [];
    const said = readText(reason);
    return [{ policyId, isDecided, ...(said === undefined ? {} : { reason: said }) }];
  });
}

function recordOf(value: unknown): JsonRecord {
  return typeof value === 'object' && value !== null ? (value as JsonRecord) : {};
}
