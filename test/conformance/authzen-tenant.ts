/** A small tenant whose answers depend on subject, action, resource, properties and context alike. */
export const AUTHZEN_KEY = 'key-of-the-authzen-gateway';
/** Of a gateway that is configured to explain itself. */
export const EXPLAINING_KEY = 'key-of-the-explaining-gateway';

const POLICIES = `
@id("bob-reads")
@reason("Bob may read records.")
permit (principal == user::"bob", action == Action::"read", resource is record);

@id("owners-write")
permit (principal, action == Action::"write", resource is record)
when { resource has owner && resource.owner == principal };

@id("urgent-reads")
permit (principal, action == Action::"read", resource is record)
when { context has request.urgent && context.request.urgent };

@id("soft-delete")
permit (principal == user::"bob", action == Action::"delete", resource is record)
when { context has action.soft && context.action.soft };

@id("trusted-status")
permit (principal, action == Action::"list", resource is folder)
when { principal has status && principal.status == "trusted" };

@id("no-forbidden")
forbid (principal, action, resource == record::"forbidden");

@id("reads-are-noted")
@obligation("{\\"type\\": \\"note\\"}")
permit (principal == user::"carol", action == Action::"read", resource is record);
`;

export const AUTHZEN_TENANT = new Map([
  ['tenant.yaml', 'name: authzen\ndisplayName: AuthZEN sections\n'],
  ['policies/records.cedar', POLICIES],
  [
    'entities/all.json',
    JSON.stringify([
      { uid: { type: 'user', id: 'bob' }, attrs: {}, parents: [] },
      { uid: { type: 'user', id: 'alice' }, attrs: { status: 'trusted' }, parents: [] },
      {
        uid: { type: 'record', id: 'bobs' },
        attrs: { owner: { __entity: { type: 'user', id: 'bob' } } },
        parents: [],
      },
    ]),
  ],
  [
    'peps.yaml',
    `- { name: gateway, kind: gateway, key: ${AUTHZEN_KEY}, trustedProperties: [subject] }
- { name: explaining, kind: gateway, key: ${EXPLAINING_KEY}, explain: true, trustedProperties: [subject, status] }
`,
  ],
]);

export const bob = { type: 'user', id: 'bob' };
export const alice = { type: 'user', id: 'alice' };
export const read = { name: 'read' };
export const record = (id: string) => ({ type: 'record', id });
/** Permitted. */
export const QUESTION = { subject: bob, action: read, resource: record('1') };
/** Denied. */
export const DENIED = { ...QUESTION, subject: alice };
