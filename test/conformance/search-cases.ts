import { DOCUMENTS } from './search-tenant.js';

export const user = (id: string) => ({ type: 'user', id });
export const doc = (id: string) => ({ type: 'doc', id });
export const act = (name: string) => ({ name });
export const READABLE = DOCUMENTS.slice(0, 11).filter((id) => id !== 'd03');
const EVEN = DOCUMENTS.filter((_, at) => at % 2 === 0);

export const who = { subject: { type: 'user' }, action: act('read'), resource: doc('d00') };
export const which = { subject: user('ann'), action: act('read'), resource: { type: 'doc' } };
export const what = { subject: user('ann'), resource: doc('d00') };

/** A name, what is searched for, the request, and the names that are found. */
export const FINDS: readonly (readonly [string, string, object, readonly string[]])[] = [
  ['§8.4 finds subjects through groups of groups', 'subject', who, ['ann', 'bob', 'cid']],
  [
    '§8.4 finds the subject that an attribute names',
    'subject',
    { ...who, action: act('write') },
    ['ann'],
  ],
  [
    '§8.4 compares attributes of both sides',
    'subject',
    { ...who, action: act('inspect'), resource: doc('d02') },
    ['ann', 'cid'],
  ],
  [
    '§8.4 goes by the context',
    'subject',
    { ...who, action: act('unlock'), context: { urgent: true } },
    ['ann', 'bob'],
  ],
  ['§8.4 finds nobody without it', 'subject', { ...who, action: act('unlock') }, []],
  ['§8.4 finds nobody where a policy forbids', 'subject', { ...who, resource: doc('d03') }, []],
  ['§8.4 finds nobody outside of the folder', 'subject', { ...who, resource: doc('d11') }, []],
  ['§8.4 finds none of another type', 'subject', { ...who, subject: { type: 'robot' } }, []],
  [
    '§8.4 finds nobody for an unknown resource',
    'subject',
    { ...who, resource: doc('nowhere') },
    [],
  ],
  [
    '§8.4 finds nobody for an unknown type of resource',
    'subject',
    { ...who, resource: { type: 'x', id: 'y' } },
    [],
  ],
  ['§8.4 finds nobody for an unknown action', 'subject', { ...who, action: act('fly') }, []],
  ['§8.5 finds resources through folders of folders', 'resource', which, READABLE],
  [
    '§8.5 finds for a member of a group within',
    'resource',
    { ...which, subject: user('bob') },
    READABLE,
  ],
  ['§8.5 finds what an attribute permits', 'resource', { ...which, action: act('write') }, EVEN],
  [
    '§8.5 compares attributes of both sides',
    'resource',
    { ...which, action: act('inspect') },
    ['d00', 'd01', 'd02'],
  ],
  [
    '§8.5 goes by the context',
    'resource',
    { ...which, action: act('unlock'), context: { urgent: true } },
    DOCUMENTS.filter((id) => id !== 'd03'),
  ],
  ['§8.5 finds nothing without it', 'resource', { ...which, action: act('unlock') }, []],
  ['§8.5 finds nothing for a stranger', 'resource', { ...which, subject: user('nobody') }, []],
  [
    '§8.5 finds nothing for an unknown type of subject',
    'resource',
    { ...which, subject: { type: 'x', id: 'ann' } },
    [],
  ],
  [
    '§8.5 finds nothing of an unknown type',
    'resource',
    { ...which, resource: { type: 'planet' } },
    [],
  ],
  ['§8.5 finds nothing for an unknown action', 'resource', { ...which, action: act('fly') }, []],
  [
    '§8.5 believes a trusted property of the input',
    'resource',
    {
      ...which,
      subject: { ...user('eve'), properties: { clearance: 1 } },
      action: act('inspect'),
    },
    ['d00', 'd01'],
  ],
  [
    '§8.5 believes no other',
    'resource',
    { ...which, subject: { ...user('eve'), properties: { owner: 1 } }, action: act('inspect') },
    [],
  ],
  ['§8.6 finds actions in order', 'action', what, ['delete', 'inspect', 'print', 'read', 'write']],
  [
    '§8.6 goes by the context',
    'action',
    { ...what, context: { urgent: true } },
    ['delete', 'inspect', 'print', 'read', 'unlock', 'write'],
  ],
  ['§8.6 finds nothing that a policy forbids', 'action', { ...what, resource: doc('d03') }, []],
  ['§8.6 finds nothing for a stranger', 'action', { ...what, subject: user('nobody') }, []],
  [
    '§8.6 finds nothing on an unknown resource',
    'action',
    { ...what, subject: user('eve'), resource: doc('nowhere') },
    [],
  ],
  [
    '§8.6 ignores an action',
    'action',
    { ...what, action: act('read') },
    ['delete', 'inspect', 'print', 'read', 'write'],
  ],
  [
    '§8.6 ignores an action that is none',
    'action',
    { ...what, action: 7 },
    ['delete', 'inspect', 'print', 'read', 'write'],
  ],
];

/** A name, what is searched for, the request, and the member that is wrong. */
export const REFUSALS: readonly (readonly [string, string, object, string])[] = [
  [
    '§8.4 without the id of the resource',
    'subject',
    { ...who, resource: { type: 'doc' } },
    'resource.id',
  ],
  ['§8.4 without the type of the subject', 'subject', { ...who, subject: {} }, 'subject.type'],
  ['§8.4 without a subject', 'subject', { ...who, subject: undefined }, 'subject'],
  ['§8.4 without an action', 'subject', { ...who, action: undefined }, 'action'],
  ['§8.4 with an empty action', 'subject', { ...who, action: {} }, 'action.name'],
  [
    '§8.5 without the id of the subject',
    'resource',
    { ...which, subject: { type: 'user' } },
    'subject.id',
  ],
  [
    '§8.5 without the type of the resource',
    'resource',
    { ...which, resource: {} },
    'resource.type',
  ],
  [
    '§8.5 with a number for an action',
    'resource',
    { ...which, action: { name: 7 } },
    'action.name',
  ],
  [
    '§8.6 without the id of the subject',
    'action',
    { ...what, subject: { type: 'user' } },
    'subject.id',
  ],
  [
    '§8.6 without the id of the resource',
    'action',
    { ...what, resource: { type: 'doc' } },
    'resource.id',
  ],
  [
    '§8.2 with a limit that is no number',
    'resource',
    { ...which, page: { limit: 'ten' } },
    'page.limit',
  ],
  ['§8.2 with a limit below zero', 'resource', { ...which, page: { limit: -1 } }, 'page.limit'],
  [
    '§8.2 with a token of nobody',
    'resource',
    { ...which, page: { token: 'bm9ib2R5' } },
    'page.token',
  ],
];
