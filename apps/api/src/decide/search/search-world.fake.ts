import type { EntityRecord, EntityRef, JsonObject } from '@sallyport/contracts';
import type { StoredFact } from '../../registers/stored-fact.js';
import { NOW_MS } from '../acme.fake.js';

/** A sequence of numbers that a seed determines (Marsaglia's xorshift32). */
export class Dice {
  private state: number;

  constructor(seed: number) {
    this.state = (seed * 2_654_435_761 + 1) >>> 0 || 1;
  }

  below(limit: number): number {
    this.state ^= this.state << 13;
    this.state ^= this.state >>> 17;
    this.state ^= this.state << 5;
    return (this.state >>> 0) % limit;
  }

  isLucky(oneIn: number): boolean {
    return this.below(oneIn) === 0;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }

  some<T>(items: readonly T[], most: number): T[] {
    return [...new Set(Array.from({ length: this.below(most + 1) }, () => this.pick(items)))];
  }
}

export interface Size {
  readonly users: number;
  readonly groups: number;
  readonly records: number;
  readonly folders: number;
  readonly grants: number;
}

export const ACTIONS = ['read', 'write', 'delete', 'audit', 'unheard-of'];
const ROLES = ['r0', 'r1', 'r2'];
/** Holds grants, and is in no register. */
export const HOLDER: EntityRef = { type: 'user', id: 'holder' };

export interface SearchWorld {
  readonly entities: readonly EntityRecord[];
  readonly grants: readonly Extract<StoredFact, { kind: 'grant' }>[];
}

/** Users in nested groups, records in nested folders, some records below users, grants that live, are over, or are yet to come. */
export function makeWorld(dice: Dice, size: Size): SearchWorld {
  const names = (type: string, count: number) =>
    Array.from({ length: count }, (_, at) => ({ type, id: `${type}${String(at)}` }));
  const users = names('user', size.users);
  const groups = names('group', size.groups);
  const records = names('record', size.records);
  const folders = names('folder', size.folders);
  const roles = ROLES.map((id) => ({ type: 'role', id }));
  const above = (refs: readonly EntityRef[], at: number) => dice.some(refs.slice(0, at), 2);
  const entities: EntityRecord[] = [
    ...users.map((uid) => entity(uid, userAttributes(dice, records), dice.some(groups, 2))),
    ...groups.map((uid, at) => entity(uid, {}, above(groups, at))),
    ...records.map((uid) => {
      const home = dice.isLucky(5) ? [dice.pick(users)] : [];
      return entity(uid, recordAttributes(dice, users), [...dice.some(folders, 2), ...home]);
    }),
    ...folders.map((uid, at) => entity(uid, {}, above(folders, at))),
    ...roles.map((uid) => entity(uid, {}, dice.some(groups, 1))),
    entity({ type: 'Action', id: 'read' }, {}, [{ type: 'Action', id: 'readers' }]),
  ];
  const holders = [...users, HOLDER];
  const grants = Array.from({ length: size.grants }, (_, at) =>
    grantOf(dice, at, dice.pick(holders), dice.pick(roles)),
  );
  return { entities, grants };
}

function entity(uid: EntityRef, attrs: JsonObject, parents: readonly EntityRef[]): EntityRecord {
  return { uid, attrs, parents };
}

function userAttributes(dice: Dice, records: readonly EntityRef[]): JsonObject {
  return {
    team: dice.pick(['red', 'blue']),
    ...(dice.isLucky(4) ? {} : { level: dice.below(5) }),
    starred: dice.some(records, 3).map(reference),
  };
}

function recordAttributes(dice: Dice, users: readonly EntityRef[]): JsonObject {
  return {
    owner: reference(dice.pick(users)),
    readers: dice.some(users, 3).map(reference),
    team: dice.pick(['red', 'blue']),
    ...(dice.isLucky(4) ? {} : { level: dice.below(5) }),
    ...(dice.isLucky(6) ? { patient: 'Patient/42' } : {}),
  };
}

function reference({ type, id }: EntityRef): JsonObject {
  return { __entity: { type, id } };
}

function grantOf(dice: Dice, at: number, subject: EntityRef, role: EntityRef) {
  const id = `g${String(at)}`;
  const [startsAtMs, endsAtMs] = dice.pick([
    [NOW_MS - 10, NOW_MS + 60_000],
    [NOW_MS - 10, NOW_MS + 60_000],
    [NOW_MS - 20, NOW_MS - 10],
    [NOW_MS + 10_000, NOW_MS + 60_000],
  ]) as [number, number];
  const state = startsAtMs > NOW_MS ? ('scheduled' as const) : ('active' as const);
  const grant = { id, requestId: id, subjectId: subject.id, role, startsAtMs, endsAtMs };
  return {
    kind: 'grant' as const,
    key: [id] as const,
    value: { subject, grant: { ...grant, state, version: 1 } },
  };
}

/** What policies are put together from; each asks something else of searches. */
const POLICIES = [
  'permit (principal == user::"user1", action == Action::"read", resource);',
  'permit (principal == user::"ghost", action, resource == record::"phantom");',
  'permit (principal in group::"group1", action == Action::"read", resource in folder::"folder1");',
  'permit (principal in group::"group0", action == Action::"write", resource is record in folder::"folder0");',
  'permit (principal in role::"r0", action in [Action::"read", Action::"write"], resource);',
  'permit (principal in role::"r1", action, resource) when { resource has level && resource.level < 2 };',
  'permit (principal, action == Action::"write", resource is record) when { resource.owner == principal };',
  'permit (principal is user, action == Action::"read", resource is record) when { principal in resource.readers };',
  'permit (principal is user, action in Action::"readers", resource) when { principal.starred.contains(resource) };',
  'permit (principal, action == Action::"delete", resource) when { resource in principal };',
  'permit (principal, action == Action::"read", resource in role::"r2");',
  'permit (principal, action, resource is record) when { action == Action::"audit" && principal.team == resource.team };',
  'permit (principal is user, action, resource is record) when { principal.level > resource.level };',
  'permit (principal, action == Action::"write", resource) when { context.request has urgent && context.request.urgent };',
  'permit (principal, action == Action::"delete", resource) when { context has consent && context.consent.status == "permit" };',
  'permit (principal, action == Action::"audit", resource) when { context has grant };',
  'permit (principal, action == Action::"read", resource) when { context has device && context.device.compliant };',
  'permit (principal, action == Action::"write", resource) when { resource in folder::"folder1" || resource == record::"record1" };',
  'permit (principal is user, action == Action::"delete", resource) when { if principal has level then principal.level == 1 else principal in group::"group1" };',
  'permit (principal, action == Action::"delete", resource is user) when { principal == resource };',
  'forbid (principal, action, resource) when { resource has level && resource.level == 3 };',
  'forbid (principal in group::"group2", action == Action::"delete", resource);',
  'forbid (principal, action == Action::"write", resource) unless { principal has team && principal.team == "red" };',
  'forbid (principal, action, resource in folder::"folder2") when { context has risk && context.risk.score > 90 };',
  'forbid (principal, action == Action::"audit", resource) when { principal.level == 2 };',
];

const PERMITS = POLICIES.filter((text) => text.startsWith('permit')).length;

export function somePolicies(dice: Dice): string {
  const most = 6 + dice.below(8);
  const chosen = [...dice.some(POLICIES.slice(0, PERMITS), most), ...dice.some(POLICIES, 4)];
  return [...new Set(chosen)].map((text, at) => `@id("p${String(at)}")\n${text}`).join('\n');
}

export const EVERY_POLICY = POLICIES.map((text, at) => `@id("p${String(at)}")\n${text}`).join('\n');
