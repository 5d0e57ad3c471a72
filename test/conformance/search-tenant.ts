/** A tenant for searches: a crew within the staff, folders within folders, a document that somebody owns. */
export const SEARCH_KEY = 'key-of-the-searching-gateway';

const POLICIES = `
@id("staff-reads")
permit (principal in group::"staff", action == Action::"read", resource in folder::"shared");

@id("owners-change")
permit (principal is user, action in [Action::"write", Action::"delete"], resource is doc)
when { resource has owner && resource.owner == principal };

@id("urgent")
permit (principal in group::"crew", action == Action::"unlock", resource is doc)
when { context has request.urgent && context.request.urgent };

@id("clearance")
permit (principal is user, action == Action::"inspect", resource is doc)
when { principal has clearance && resource has level && principal.clearance >= resource.level };

@id("prints-are-noted")
@obligation("{\\"type\\": \\"note\\"}")
permit (principal in group::"staff", action == Action::"print", resource is doc);

@id("nobody-reads-the-sealed")
forbid (principal, action, resource == doc::"d03");
`;

const entity = (uid: string, parents: readonly string[] = [], attrs: object = {}) => ({
  uid: named(uid),
  attrs,
  parents: parents.map(named),
});

function named(uid: string) {
  const [type = '', id = ''] = uid.split(':');
  return { type, id };
}

/** All documents are in the inner folder but the last, which is in none. */
export const DOCUMENTS = Array.from({ length: 12 }, (_, at) => `d${String(at).padStart(2, '0')}`);

export const SEARCH_TENANT = new Map([
  ['tenant.yaml', 'name: searching\ndisplayName: AuthZEN searches\n'],
  ['policies/documents.cedar', POLICIES],
  [
    'entities/all.json',
    JSON.stringify([
      entity('user:ann', ['group:crew'], { clearance: 2 }),
      entity('user:bob', ['group:crew']),
      entity('user:cid', ['group:staff'], { clearance: 9 }),
      entity('user:eve'),
      entity('group:crew', ['group:staff']),
      entity('group:staff'),
      entity('folder:inner', ['folder:shared']),
      entity('folder:shared'),
      ...DOCUMENTS.map((id, at) =>
        entity(`doc:${id}`, at === DOCUMENTS.length - 1 ? [] : ['folder:inner'], {
          level: at,
          owner: { __entity: { type: 'user', id: at % 2 === 0 ? 'ann' : 'eve' } },
        }),
      ),
    ]),
  ],
  [
    'peps.yaml',
    `- { name: gateway, kind: gateway, key: ${SEARCH_KEY}, trustedProperties: [subject, clearance] }\n`,
  ],
]);
