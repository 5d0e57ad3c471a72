import type { AccessRule, DeviceView, EntityRef, PlaceView } from '../src/graphql-types.js';

/** Somebody of the story's tenant. */
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly groups: readonly string[];
}

export const DANA: Person = {
  id: 'dana@acme.example',
  name: 'Dana',
  roles: ['member'],
  groups: ['engineering'],
};
export const OMAR: Person = {
  id: 'omar@acme.example',
  name: 'Omar',
  roles: ['member'],
  groups: ['oncall'],
};
export const AUDE: Person = {
  id: 'aude@acme.example',
  name: 'Aude',
  roles: ['member', 'auditor'],
  groups: ['auditors'],
};
export const ADA: Person = {
  id: 'ada@acme.example',
  name: 'Ada',
  roles: ['member', 'admin'],
  groups: ['platform-admins'],
};

export const PEOPLE: readonly Person[] = [DANA, OMAR, AUDE, ADA];

export const ROLE: EntityRef = { type: 'role', id: 'prod-db-reader' };
export const DATABASE: EntityRef = { type: 'database', id: 'prod' };

export const RULE: AccessRule = {
  id: 'prod-db-reader',
  version: 1,
  title: 'Read the production database',
  role: ROLE,
  maxDurationSeconds: 4 * 3600,
  defaultDurationSeconds: 1800,
  reasonRequired: true,
  minReasonLength: 10,
  approvalsNeeded: 1,
  approvers: [OMAR.id],
};

/** What is known of a person's laptop, checked ten minutes before. */
export function laptopOf(person: Person, nowMs: number): DeviceView {
  return {
    id: `${person.name.toLowerCase()}-laptop`,
    owner: person.id,
    os: 'macOS',
    osVersion: '15.1',
    diskEncrypted: true,
    managed: true,
    compliant: true,
    checkedAt: new Date(nowMs - 600_000).toISOString(),
    fresh: true,
  };
}

/** Where a person was last. */
export function placeOf(nowMs: number): PlaceView {
  return { country: 'DE', ip: '84.44.1.2', at: new Date(nowMs - 90_000).toISOString() };
}
