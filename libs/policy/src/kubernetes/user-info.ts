import type { EntityRef, JsonObject } from '@sallyport/contracts';
import { isAbsent, isObject, sorted } from './shape.js';
import { readTextMember, ReviewFault } from './review-fault.js';

const SERVICE_ACCOUNT = /^system:serviceaccount:([^:]+):([^:]+)$/;
const MAX_GROUPS = 1_000;

/** Who asks, in the words of the API server, which has authenticated them. */
export interface UserInfo {
  readonly username: string;
  readonly uid?: string;
  readonly groups: readonly string[];
}

/** Reads `userInfo` of an AdmissionReview; throws ReviewFault. */
export function readUserInfo(value: unknown, path: string): UserInfo {
  if (!isObject(value)) throw new ReviewFault(path, 'is required');
  const uid = readTextMember(value['uid'], `${path}.uid`);
  return {
    username: requireUser(value['username'], `${path}.username`),
    ...(uid === '' ? {} : { uid }),
    groups: readGroups(value['groups'], `${path}.groups`),
  };
}

export function requireUser(value: unknown, path: string): string {
  const username = readTextMember(value, path);
  if (username === '') throw new ReviewFault(path, 'is required');
  return username;
}

/** Sorted; `null` is none. Throws ReviewFault. */
export function readGroups(value: unknown, path: string): string[] {
  if (isAbsent(value)) return [];
  if (!Array.isArray(value) || value.length > MAX_GROUPS)
    throw new ReviewFault(path, `must be a list of at most ${String(MAX_GROUPS)} texts`);
  return sorted(value.map((group: unknown) => readTextMember(group, path)));
}

/**
 * A service account is a `workload`, everybody else a `user`; both keep their full name, so that a token of the same account gives the same entity at every door.
 * Groups are an attribute: `principal.groups.contains("system:masters")`.
 */
export function subjectOf({ username, uid, groups }: UserInfo): EntityRef & {
  readonly properties: JsonObject;
} {
  const [, namespace, serviceAccount] = SERVICE_ACCOUNT.exec(username) ?? [];
  const properties: JsonObject = { username, groups, ...(uid === undefined ? {} : { uid }) };
  if (namespace === undefined || serviceAccount === undefined)
    return { type: 'user', id: username, properties };
  return {
    type: 'workload',
    id: username,
    properties: { ...properties, namespace, serviceAccount },
  };
}
