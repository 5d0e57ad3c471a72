import { acme } from '../acme.fake.js';

const POLICIES = `
@id("staff-reads")
permit (principal in group::"staff", action == Action::"read", resource in folder::"shared");
@id("noted")
@obligation("note-it")
permit (principal in group::"staff", action == Action::"print", resource is doc);
@id("ghosts")
permit (principal == user::"ghost", action == Action::"haunt", resource == doc::"attic");
@id("on-call")
permit (principal in role::"on-call", action == Action::"restart", resource);
@id("trusted-status")
permit (principal, action == Action::"list", resource is doc) when { resource has status && resource.status == "open" };
`;
const FILES = { files: { 'policies/main.cedar': POLICIES } };

export const user = (id: string) => ({ type: 'user', id });
const entity = (type: string, id: string, ...parents: [string, string][]) => ({
  uid: { type, id },
  attrs: {},
  parents: parents.map(([above, name]) => ({ type: above, id: name })),
});
/** A crew within the staff, and folders within folders; some is known to policies alone. */
export const SEARCH_TENANT = acme({
  policies: FILES,
  entities: [
    ...['ann', 'bob', 'cid'].map((id) => entity('user', id, ['group', 'crew'])),
    entity('user', 'eve'),
    entity('group', 'crew', ['group', 'staff']),
    entity('group', 'staff'),
    ...Array.from({ length: 25 }, (_, at) =>
      entity('doc', `d${String(at).padStart(2, '0')}`, ['folder', at < 20 ? 'inner' : 'private']),
    ),
    entity('folder', 'inner', ['folder', 'shared']),
  ],
});

/** What Ann may read: twenty documents. */
export const ofAnn = {
  subject: user('ann'),
  action: { name: 'read' },
  resource: { type: 'doc' },
};
