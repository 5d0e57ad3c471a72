import { beforeAll, describe, expect, test } from '@jest/globals';
import type { DataTable, PepDefinition, PlanEntry } from '@sallyport/contracts';
import { acme, DANA } from '../acme.fake.js';
import { startBroker, type TestBroker } from '../decide.fake.js';

const POLICIES = `
@id("own") permit (principal, action == Action::"list", resource is ticket)
when { resource.owner == principal && resource.region == context.request.region };
@id("team") @obligation("{\\"type\\":\\"mask\\",\\"mask\\":{\\"phone\\":{\\"method\\":\\"redact\\"}}}")
permit (principal in group::"engineering", action == Action::"list", resource is ticket)
unless { resource.secret };
@id("notify") @obligation("notify-owner") permit (principal, action == Action::"export", resource is ticket);
@id("all") permit (principal, action == Action::"count", resource);
@id("never") forbid (principal, action == Action::"purge", resource);
@id("sums") permit (principal, action == Action::"sum", resource) when { resource.level + 1 < 5 };
@id("list") permit (principal, action == Action::"tag", resource) when { resource.tags.contains("a") };
@id("consent") permit (principal, action == Action::"treat", resource) when { context.consent.status == "permit" };
`;
const column = (name: string, type: DataTable['columns'][string]['type']) => ({
  column: name,
  type,
  required: false,
});
const TICKETS: DataTable = {
  table: 'crm.tickets',
  id: { column: 'id' },
  columns: {
    owner: { ...column('owner_id', 'entity'), field: 'ownerId', entity: 'user' },
    region: column('region', 'string'),
    secret: column('secret', 'bool'),
    phone: column('phone_no', 'string'),
    level: column('level', 'long'),
    tags: { ...column('tags', 'string'), set: true },
  },
};

function tenant(mode: PepDefinition['mode'] = 'enforce') {
  const peps = acme().peps.map((pep) => ({ ...pep, mode, data: { ticket: TICKETS } }));
  return acme({ peps, policies: { files: { 'policies/main.cedar': POLICIES } } });
}

const ask = (action: string, more: object = {}) => ({
  subject: DANA,
  action: { name: action },
  resource: { type: 'ticket' },
  context: { region: 'eu' },
  ...more,
});

describe('POST /v1/plan', () => {
  let broker: TestBroker;
  beforeAll(async () => {
    broker = await startBroker(tenant());
  });

  test('answers with a filter, masks where they apply, and what decided; and logs it first', async () => {
    const { status, body, headers } = await broker.post('/v1/plan', ask('list'));
    expect(status).toBe(200);
    const own = [
      { op: 'eq', field: 'owner', type: 'entity', value: DANA.id },
      { op: 'eq', field: 'region', type: 'string', value: 'eu' },
    ];
    const open = { op: 'ne', field: 'secret', type: 'bool', value: true };
    expect(body).toEqual({
      kind: 'conditional',
      filter: { op: 'or', args: [{ op: 'and', args: own }, open] },
      masks: { phone: { method: 'redact', when: open } },
      policy_version: expect.stringMatching(/^[0-9a-f]{64}$/),
      complete: true,
    });
    expect(headers['x-policy-version']).toBe(body['policy_version']);
    const entry = broker.log.entries('acme').at(-1) as PlanEntry;
    expect(entry).toMatchObject({
      type: 'plan',
      id: headers['x-decision-id'],
      kind: 'conditional',
      subject: DANA,
      action: 'list',
      resource: { type: 'ticket', id: '*' },
      pep: 'gateway',
      target: 'ast',
      filter: body['filter'],
      determining: [
        { id: 'own', effect: 'permit' },
        { id: 'team', effect: 'permit' },
      ],
      policyVersion: body['policy_version'],
    });
    expect(entry.effective).toBeUndefined();
  });

  test.each<[string, object]>([
    [
      'ucast',
      {
        type: 'compound',
        operator: 'or',
        value: [
          {
            type: 'compound',
            operator: 'and',
            value: [
              { type: 'field', operator: 'eq', field: 'tickets.owner_id', value: DANA.id },
              { type: 'field', operator: 'eq', field: 'tickets.region', value: 'eu' },
            ],
          },
          { type: 'field', operator: 'ne', field: 'tickets.secret', value: true },
        ],
      },
    ],
    [
      'prisma',
      {
        OR: [
          { AND: [{ ownerId: { equals: DANA.id } }, { region: { equals: 'eu' } }] },
          { secret: { not: true } },
        ],
      },
    ],
    [
      'sql',
      {
        text: '(("tickets"."owner_id" = $4::text AND "tickets"."region" = $5::text) OR "tickets"."secret" <> $6::boolean)',
        params: [DANA.id, 'eu', true],
      },
    ],
  ])('writes the filter for %s, with values apart from the text', async (target, filter) => {
    const options = { first_parameter: 4 };
    const { body } = await broker.post('/v1/plan', ask('list', { target, options }));
    expect(body['filter']).toEqual(filter);
    expect(Object.keys(body['masks'] as object)).toEqual([
      target === 'sql' ? 'phone_no' : target === 'ucast' ? 'tickets.phone_no' : 'phone_no',
    ]);
  });

  test('says always_allowed and always_denied in so many words, and in SQL and Prisma too', async () => {
    const kinds = async (action: string, target?: string) => {
      const { body } = await broker.post('/v1/plan', ask(action, { target }));
      return [body['kind'], body['filter'], body['reasons']];
    };
    expect(await kinds('count')).toEqual(['always_allowed', undefined, undefined]);
    expect(await kinds('count', 'sql')).toEqual([
      'always_allowed',
      { text: '1=1', params: [] },
      undefined,
    ]);
    expect(await kinds('count', 'prisma')).toEqual(['always_allowed', {}, undefined]);
    expect(await kinds('purge')).toEqual(['always_denied', undefined, ['policy-forbid']]);
    expect(await kinds('purge', 'sql')).toEqual([
      'always_denied',
      { text: '1=0', params: [] },
      ['policy-forbid'],
    ]);
    expect(await kinds('purge', 'prisma')).toEqual([
      'always_denied',
      { id: { in: [] } },
      ['policy-forbid'],
    ]);
    expect(await kinds('unheard-of')).toEqual(['always_denied', undefined, ['no-matching-policy']]);
  });

  test('hands over obligations that are no masks', async () => {
    const { body } = await broker.post('/v1/plan', ask('export'));
    expect(body).toMatchObject({
      kind: 'always_allowed',
      obligations: [{ id: 'notify', type: 'notify-owner' }],
    });
  });

  test.each([
    ['arithmetic over a column', 'sum', 'ast', 'sums', 'resource.level + 1'],
    ['a set, for UCAST', 'tag', 'ucast', 'list', 'resource.tags.contains("a")'],
    [
      'a consent that is another in each row',
      'treat',
      'ast',
      'consent',
      'consent of its data subject',
    ],
  ])(
    'refuses %s, names policy and expression, and logs that',
    async (_, action, target, policy, expression) => {
      const { status, body } = await broker.post('/v1/plan', ask(action, { target }));
      expect(status).toBe(422);
      expect(body).toMatchObject({ error: 'unprocessable', reason: 'plan-inexpressible', policy });
      expect(body['expression']).toContain(expression);
      expect(body['kind']).toBeUndefined();
      const entry = broker.log.entries('acme').at(-1) as PlanEntry;
      expect(entry).toMatchObject({
        type: 'plan',
        kind: 'refused',
        reasons: ['plan-inexpressible'],
      });
    },
  );

  test('refuses a resource type of which no table is declared', async () => {
    const resource = { type: 'invoice' };
    const answer = await broker.post('/v1/plan', ask('sum', { resource, target: 'sql' }));
    expect(answer.status).toBe(422);
    expect(String(answer.body['message'])).toContain('the table has no such column');
  });

  test.each<[string, object, string]>([
    ['no action', { action: undefined }, 'action'],
    ['no resource', { resource: undefined }, 'resource'],
    ['no type', { resource: {} }, 'resource.type'],
    ['an unknown target', { target: 'mongo' }, 'target'],
    ['options that are a list', { options: [] }, 'options'],
    [
      'a parameter before the first',
      { options: { first_parameter: 0 } },
      'options.first_parameter',
    ],
    ['no subject', { subject: undefined }, 'subject'],
  ])('answers 400 to %s', async (_, change, field) => {
    const { status, body } = await broker.post('/v1/plan', ask('list', change));
    expect(status).toBe(400);
    expect(body).toMatchObject({ error: 'bad-request', field });
  });

  test('denies, and says why, whose subject token is no token', async () => {
    const context = { subject_token: 'x.y.z' };
    const { status, body } = await broker.post(
      '/v1/plan',
      ask('count', { context, target: 'sql' }),
    );
    expect(status).toBe(200);
    expect(body).toMatchObject({
      kind: 'always_denied',
      filter: { text: '1=0' },
      reasons: ['subject-token-invalid'],
      policy_version: null,
    });
    expect(JSON.stringify(broker.log.entries('acme').at(-1))).not.toContain('x.y.z');
  });

  test('answers 401 without a credential, and 503 where the log is not to be had', async () => {
    const body = ask('count');
    expect((await broker.post('/v1/plan', body, { authorization: '' })).status).toBe(401);
    broker.log.failWith(new Error('disk full'));
    const answer = await broker.post('/v1/plan', body);
    broker.log.failWith();
    expect(answer.status).toBe(503);
    expect(answer.body['kind']).toBeUndefined();
  });

  test('takes a property of all rows only from who is trusted for it', async () => {
    const resource = { type: 'ticket', properties: { secret: false, region: 'eu' } };
    const { body } = await broker.post('/v1/plan', ask('list', { resource }));
    expect(JSON.stringify(body['filter'])).toContain('secret');
    const trusting = tenant();
    const peps = trusting.peps.map((pep) => ({ ...pep, trustedProperties: ['subject', 'secret'] }));
    const trusted = await startBroker({ ...trusting, peps });
    const answer = await trusted.post('/v1/plan', ask('list', { resource }));
    expect(answer.body['kind']).toBe('always_allowed');
  });
});

describe('the plan of an enforcement point that only observes', () => {
  test('lets everything through in monitor mode, and the log holds what policy said', async () => {
    const broker = await startBroker(tenant('monitor'));
    const { body } = await broker.post('/v1/plan', ask('list', { target: 'sql' }));
    expect(body).toMatchObject({
      kind: 'always_allowed',
      filter: { text: '1=1', params: [] },
      reasons: ['shadow-mode'],
    });
    const entry = broker.log.entries('acme').at(-1);
    expect(entry).toMatchObject({
      kind: 'always_allowed',
      effective: 'conditional',
      mode: 'monitor',
    });
    expect((entry as PlanEntry).filter).toBeDefined();
    expect((await broker.post('/v1/plan', ask('sum'))).body['kind']).toBe('always_allowed');
  });

  test('holds rows back in warn mode, and says so', async () => {
    const broker = await startBroker(tenant('warn'));
    const { body, headers } = await broker.post('/v1/plan', ask('list'));
    expect(body['kind']).toBe('conditional');
    expect(headers['x-sallyport-warning']).toBe('rows are withheld: conditional');
    const all = await broker.post('/v1/plan', ask('count'));
    expect('x-sallyport-warning' in all.headers).toBe(false);
  });
});
