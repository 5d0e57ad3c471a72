import type { JsonObject } from '@sallyport/contracts';
import { readTextMember, ReviewFault } from './review-fault.js';
import { isAbsent, isObject } from './shape.js';
import { readUserInfo, type UserInfo } from './user-info.js';

const OPERATIONS = ['CREATE', 'UPDATE', 'DELETE', 'CONNECT'] as const;

/** The `request` of an AdmissionReview (admission.k8s.io/v1), as far as policies look at it. */
export interface AdmissionRequest {
  readonly uid: string;
  readonly kind: { readonly group: string; readonly version: string; readonly kind: string };
  readonly resource: { readonly group: string; readonly resource: string };
  readonly subresource: string;
  /** Empty where the server is to make a name. */
  readonly name: string;
  readonly namespace: string;
  readonly operation: (typeof OPERATIONS)[number];
  readonly user: UserInfo;
  readonly dryRun: boolean;
  /** Absent for DELETE. */
  readonly object: JsonObject | undefined;
  /** Absent for CREATE and CONNECT. */
  readonly oldObject: JsonObject | undefined;
}

/** Reads a request; `null` counts as absent, unknown members are ignored. Throws ReviewFault naming the first member that is wrong. */
export function readAdmissionRequest(value: unknown): AdmissionRequest {
  const request = member(value, 'request');
  const { group, ...kind } = readKind(request['kind']);
  const resource = member(request['resource'], 'request.resource');
  return {
    uid: required(request['uid'], 'request.uid'),
    kind: { group, ...kind },
    resource: {
      group: readTextMember(resource['group'], 'request.resource.group'),
      resource: required(resource['resource'], 'request.resource.resource'),
    },
    subresource: readTextMember(request['subResource'], 'request.subResource'),
    name: readTextMember(request['name'], 'request.name'),
    namespace: readTextMember(request['namespace'], 'request.namespace'),
    operation: readOperation(request['operation']),
    user: readUserInfo(request['userInfo'], 'request.userInfo'),
    dryRun: readFlag(request['dryRun'], 'request.dryRun'),
    object: readObject(request['object'], 'request.object'),
    oldObject: readObject(request['oldObject'], 'request.oldObject'),
  };
}

function readKind(value: unknown): AdmissionRequest['kind'] {
  const kind = member(value, 'request.kind');
  return {
    group: readTextMember(kind['group'], 'request.kind.group'),
    version: readTextMember(kind['version'], 'request.kind.version'),
    kind: required(kind['kind'], 'request.kind.kind'),
  };
}

function readOperation(value: unknown): AdmissionRequest['operation'] {
  const known = OPERATIONS.find((operation) => operation === value);
  if (known === undefined)
    throw new ReviewFault('request.operation', `must be one of ${OPERATIONS.join(', ')}`);
  return known;
}

function readFlag(value: unknown, path: string): boolean {
  if (isAbsent(value)) return false;
  if (typeof value !== 'boolean') throw new ReviewFault(path, 'must be true or false');
  return value;
}

function readObject(value: unknown, path: string): JsonObject | undefined {
  return isAbsent(value) ? undefined : member(value, path);
}

function member(value: unknown, path: string): JsonObject {
  if (!isObject(value)) throw new ReviewFault(path, 'must be an object');
  return value;
}

function required(value: unknown, path: string): string {
  const text = readTextMember(value, path);
  if (text === '') throw new ReviewFault(path, 'is required');
  return text;
}
