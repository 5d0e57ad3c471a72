/** The fixture that AuthZEN's certification scenario asks for (its c-1), as a tenant. */
export const CERTIFIED_KEY = 'key-of-the-certification-harness';

const POLICIES = `
@id("staff-read")
permit (principal in group::"staff", action == Action::"read", resource is record);

@id("authors-write-what-is-active")
permit (principal in group::"authors", action == Action::"write", resource is record)
when { resource has status && resource.status == "active" };

@id("admins-write-what-is-archived")
permit (principal is user, action == Action::"write", resource is record)
when { principal has role && principal.role == "admin" && resource has status && resource.status == "archived" };

@id("soft-delete")
permit (principal in group::"authors", action == Action::"delete", resource is record)
when { context has action.soft && context.action.soft };
`;

const entity = (type: string, id: string, attrs: object, groups: readonly string[] = []) => ({
  uid: { type, id },
  attrs,
  parents: groups.map((group) => ({ type: 'group', id: group })),
});

export const CERTIFIED_TENANT = new Map([
  ['tenant.yaml', 'name: certified\n'],
  ['policies/records.cedar', POLICIES],
  [
    'entities/all.json',
    JSON.stringify([
      entity('user', 'alice', {}, ['staff', 'authors']),
      entity('user', 'bob', { role: 'admin' }, ['staff']),
      entity('record', 'record-1', { status: 'active' }),
      entity('record', 'record-2', { status: 'archived' }),
    ]),
  ],
  [
    'peps.yaml',
    `- { name: harness, kind: gateway, key: ${CERTIFIED_KEY}, trustedProperties: [subject, role, status] }\n`,
  ],
]);
