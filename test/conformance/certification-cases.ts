/** The requests of AuthZEN's certification scenario, by its own numbers; the rules are those of its c-1-4. */
const user = (id: string, properties?: object) => ({ type: 'user', id, ...given(properties) });
const record = (id: string, properties?: object) => ({ type: 'record', id, ...given(properties) });
const act = (name: string, properties?: object) => ({ name, ...given(properties) });
const given = (properties?: object) => (properties === undefined ? {} : { properties });

const [alice, bob] = [user('alice'), user('bob')];
const admin = user('bob', { role: 'admin' });
const archived = record('record-2', { status: 'archived' });
const [read, write] = [act('read'), act('write')];
const context = { time: '2025-06-27T18:03-07:00', ip: '192.168.1.1' };

/** c-1-4, rule 1. */
export const PERMITTED = { subject: alice, action: read, resource: record('record-1') };
export const DENIED = { subject: bob, action: write, resource: record('record-1') };

export const EVALUATIONS: readonly (readonly [string, object, boolean])[] = [
  ['c-2-2-1 rule 1: permits by identifiers', PERMITTED, true],
  ['c-1-4 rule 2: permits another action', { ...PERMITTED, action: write }, true],
  ['c-1-4 rule 3: permits another subject', { ...PERMITTED, subject: bob }, true],
  ['c-2-2-2 rule 4: denies', DENIED, false],
  ['c-2-2-3 takes an optional context', { ...PERMITTED, context }, true],
  ['c-1-6 context changes no denial', { ...DENIED, context }, false],
  [
    'c-2-2-4 rule 5: denies by a property of the resource',
    { subject: alice, action: write, resource: archived },
    false,
  ],
  [
    'c-2-2-5 rule 6: permits by a property of the subject',
    { subject: admin, action: write, resource: archived },
    true,
  ],
  [
    'c-2-2-6 rule 7: permits by a property of the action',
    { ...PERMITTED, action: act('delete', { soft: true }) },
    true,
  ],
  [
    'c-2-2-7 rule 8: denies by a property of the action',
    { ...PERMITTED, action: act('delete', { soft: false }) },
    false,
  ],
  [
    'c-2-2-8 takes further properties',
    {
      subject: user('alice', { department: 'Sales', role: 'manager' }),
      action: act('read', { method: 'GET' }),
      resource: record('record-1', { status: 'active', owner: 'bob' }),
    },
    true,
  ],
  [
    'c-2-2-9 ignores unknown fields',
    { ...PERMITTED, foo: 'bar', futureField: { nested: true } },
    true,
  ],
];

const { subject, action, resource } = PERMITTED;

export const REFUSED: readonly (readonly [string, unknown])[] = [
  ['c-2-4-1 without subject', { action, resource }],
  ['c-2-4-1 without action', { subject, resource }],
  ['c-2-4-1 without resource', { subject, action }],
  ['c-2-4-2 subject without type', { ...PERMITTED, subject: { id: 'alice' } }],
  ['c-2-4-2 subject without id', { ...PERMITTED, subject: { type: 'user' } }],
  ['c-2-4-2 action without name', { ...PERMITTED, action: {} }],
  ['c-2-4-2 resource without type', { ...PERMITTED, resource: { id: 'record-1' } }],
  ['c-2-4-2 resource without id', { ...PERMITTED, resource: { type: 'record' } }],
  ['c-2-4-6 subject as text', { ...PERMITTED, subject: 'alice' }],
  ['c-2-4-6 action name as number', { ...PERMITTED, action: { name: 123 } }],
];

export const BATCHES: readonly (readonly [string, object, readonly (boolean | 'either')[]])[] = [
  [
    'c-3-2-1 answers each item',
    { subject, action, evaluations: [{ resource }, { resource: record('record-2') }] },
    [true, 'either'],
  ],
  [
    'c-3-2-2 decides each, in order (c-3-3-2)',
    { subject: bob, resource, evaluations: [{ action: read }, { action: write }] },
    [true, false],
  ],
  [
    'c-3-2-3 takes properties of each item',
    {
      subject: alice,
      action: write,
      evaluations: [{ resource: record('record-1', { status: 'active' }) }, { resource: archived }],
    },
    [true, false],
  ],
  [
    'c-3-2-4 takes properties of each subject',
    {
      action: write,
      resource: archived,
      evaluations: [{ subject: alice }, { subject: admin }],
    },
    [false, true],
  ],
  ['c-3-2-5 does without defaults', { evaluations: [PERMITTED, DENIED] }, [true, false]],
  [
    'c-3-2-6 lets items inherit the context',
    {
      subject,
      action,
      context,
      evaluations: [
        { resource },
        { resource: record('record-2'), context: { source: 'batch-override' } },
      ],
    },
    [true, 'either'],
  ],
  [
    'c-3-2-7 lets items inherit whole entities, and replace them whole',
    {
      subject: alice,
      action: write,
      resource: record('record-1', { status: 'active' }),
      evaluations: [{}, { resource: archived }],
    },
    [true, false],
  ],
  [
    'c-3-4-1 denies an item that is no question, and no other',
    {
      subject,
      action,
      options: { evaluations_semantic: 'execute_all' },
      evaluations: [{ resource }, {}],
    },
    [true, false],
  ],
];

/** Name, API, request, what must be among the results. */
export const SEARCHES: readonly (readonly [string, string, object, readonly string[]])[] = [
  [
    'c-4-2-1 S1: finds who may read',
    'subject',
    { ...PERMITTED, subject: { type: 'user' } },
    ['alice', 'bob'],
  ],
  [
    'c-4-2-4 S4: finds who may write what is archived',
    'subject',
    { subject: { type: 'user' }, action: write, resource: archived },
    ['bob'],
  ],
  [
    'c-4-3-1 S2: finds what may be read',
    'resource',
    { ...PERMITTED, resource: { type: 'record' } },
    ['record-1'],
  ],
  [
    'c-4-3-4 S5: finds what an administrator may write',
    'resource',
    { subject: admin, action: write, resource: { type: 'record' } },
    ['record-2'],
  ],
  ['c-4-4-1 S3: finds what may be done', 'action', { subject, resource }, ['read', 'write']],
  [
    'c-4-4-3 S6: finds what an administrator may do',
    'action',
    { subject: admin, resource: archived },
    ['write'],
  ],
];

const spaceship = { type: 'spaceship', id: 'enterprise' };

export const FINDING_NOTHING: readonly (readonly [string, string, object])[] = [
  ['c-4-6-1 an unknown subject', 'action', { subject: user('nonexistent-user'), resource }],
  [
    'c-4-6-1 an unknown subject',
    'resource',
    { subject: user('nonexistent-user'), action, resource: { type: 'record' } },
  ],
  ['c-4-6-2 an unknown type', 'subject', { ...PERMITTED, subject: { type: 'spaceship' } }],
  ['c-4-6-2 an unknown type', 'resource', { ...PERMITTED, resource: { type: 'spaceship' } }],
  ['c-4-6-2 an unknown type', 'action', { subject, resource: spaceship }],
];

export const REFUSED_SEARCHES: readonly (readonly [string, string, object])[] = [
  ['c-4-7-1 without action', 'subject', { subject: { type: 'user' }, resource }],
  ['c-4-7-1 without subject', 'resource', { action, resource: { type: 'record' } }],
  ['c-4-7-1 without resource', 'action', { subject }],
  [
    'c-4-7-2 resource without id',
    'subject',
    { subject: { type: 'user' }, action, resource: { type: 'record' } },
  ],
  [
    'c-4-7-2 subject without id',
    'resource',
    { subject: { type: 'user' }, action, resource: { type: 'record' } },
  ],
  ['c-4-7-2 subject without id', 'action', { subject: { type: 'user' }, resource }],
];
