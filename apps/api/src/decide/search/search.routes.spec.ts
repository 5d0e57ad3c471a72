import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { SearchEntry } from '@sallyport/contracts';
import { DANA, NOW_MS } from '../acme.fake.js';
import { startBroker, type TestBroker } from '../decide.fake.js';
import { ofAnn, SEARCH_TENANT, user } from './search-tenant.fake.js';

jest.setTimeout(60_000);

describe('POST /access/v1/search', () => {
  let broker: TestBroker;
  beforeEach(async () => {
    broker = await startBroker(SEARCH_TENANT);
  });

  const search = (searched: string, body: object, headers?: Record<string, string>) =>
    broker.post(`/access/v1/search/${searched}`, body, headers);
  const grant = (id: string, role: string, endsAtMs: number) =>
    broker.facts.put('acme', {
      kind: 'grant',
      key: [id],
      value: {
        subject: user('eve'),
        grant: {
          id,
          requestId: id,
          subjectId: 'eve',
          role: { type: 'role', id: role },
          startsAtMs: NOW_MS - 1,
          endsAtMs,
          state: 'active',
          version: 1,
        },
      },
    });
  const ids = (body: Record<string, unknown>) =>
    (body['results'] as { id?: string; name?: string }[]).map(({ id, name }) => id ?? name);

  test('finds through groups of groups and folders of folders', async () => {
    const { status, body } = await search('resource', ofAnn);
    expect([status, ids(body).length, body['page']]).toEqual([200, 20, undefined]);
    const who = {
      subject: { type: 'user' },
      action: { name: 'read' },
      resource: { type: 'doc', id: 'd00' },
    };
    expect((await search('subject', who)).body).toEqual({
      results: [user('ann'), user('bob'), user('cid')],
    });
    const what = { subject: user('ann'), resource: { type: 'doc', id: 'd00' } };
    expect(ids((await search('action', what)).body)).toEqual(['print', 'read']);
  });

  test('ignores the id of what is searched for, and the action where actions are', async () => {
    const stray = { ...ofAnn, resource: { type: 'doc', id: 'd24' } };
    expect((await search('resource', stray)).body).toEqual((await search('resource', ofAnn)).body);
    const what = { subject: user('ann'), resource: { type: 'doc', id: 'd00' }, action: 7 };
    expect((await search('action', what)).status).toBe(200);
  });

  test('finds whom a live grant lets in, and no longer after its end', async () => {
    const who = {
      subject: { type: 'user' },
      action: { name: 'restart' },
      resource: { type: 'doc', id: 'x' },
    };
    expect((await search('subject', who)).body).toEqual({ results: [] });
    grant('g1', 'on-call', NOW_MS + 1_000);
    expect((await search('subject', who)).body).toEqual({ results: [user('eve')] });
    broker.nowMs += 1_000;
    expect((await search('subject', who)).body).toEqual({ results: [] });
  });

  test('finds what only policies name', async () => {
    const asked = { subject: user('ghost'), action: { name: 'haunt' }, resource: { type: 'doc' } };
    expect((await search('resource', asked)).body).toEqual({
      results: [{ type: 'doc', id: 'attic' }],
    });
    const who = {
      subject: { type: 'user' },
      action: { name: 'haunt' },
      resource: { type: 'doc', id: 'attic' },
    };
    expect((await search('subject', who)).body).toEqual({ results: [user('ghost')] });
  });

  test('says what an enforcement point must do for each of the results', async () => {
    const asked = { ...ofAnn, action: { name: 'print' }, page: { limit: 1 } };
    const { results } = (await search('resource', asked)).body as { results: object[] };
    expect(results).toEqual([
      { type: 'doc', id: 'd00', obligations: [expect.objectContaining({ type: 'note-it' })] },
    ]);
  });

  test.each([
    ['an unknown subject', { ...ofAnn, subject: user('nobody') }],
    ['an unknown action', { ...ofAnn, action: { name: 'fly' } }],
    ['an unknown type', { ...ofAnn, resource: { type: 'planet' } }],
    ['a type that Cedar could not spell', { ...ofAnn, resource: { type: 'a planet!' } }],
  ])('finds nothing for %s', async (_what, asked) => {
    const { status, body } = await search('resource', asked);
    expect([status, body]).toEqual([200, { results: [] }]);
  });

  test.each([
    ['resource', { ...ofAnn, subject: { type: 'user' } }, 'subject.id'],
    ['resource', { ...ofAnn, action: undefined }, 'action'],
    ['resource', { ...ofAnn, resource: { id: 'd00' } }, 'resource.type'],
    ['subject', { ...ofAnn, resource: { type: 'doc' } }, 'resource.id'],
    ['subject', { action: { name: 'read' }, resource: { type: 'doc', id: 'd00' } }, 'subject'],
    ['action', { subject: user('ann'), resource: { type: 'doc' } }, 'resource.id'],
    ['resource', { ...ofAnn, page: { limit: -1 } }, 'page.limit'],
    ['resource', { ...ofAnn, page: { limit: 1.5 } }, 'page.limit'],
    ['resource', { ...ofAnn, page: { token: 7 } }, 'page.token'],
    ['resource', { ...ofAnn, page: 'two' }, 'page'],
    ['resource', { ...ofAnn, page: { token: 'AQID' } }, 'page.token'],
  ])('refuses a search for a %s that lacks something: %j', async (searched, asked, field) => {
    const { status, body } = await search(searched, asked);
    expect([status, body['field']]).toEqual([400, field]);
  });

  test('refuses a subject token where the subject is searched for', async () => {
    const asked = {
      subject: { type: 'user' },
      action: { name: 'read' },
      resource: { type: 'doc', id: 'd00' },
      context: { subject_token: 'x.y.z' },
    };
    expect((await search('subject', asked)).body['field']).toBe('context.subject_token');
  });

  test('lists for the subject that a token proves, and nothing for one that does not verify', async () => {
    broker.facts.put('acme', {
      kind: 'entity',
      key: ['user', DANA.id],
      value: { uid: DANA, attrs: {}, parents: [{ type: 'group', id: 'crew' }] },
    });
    const { subject: _, ...asked } = ofAnn;
    const token = await broker.subjectToken();
    const proved = await search('resource', { ...asked, context: { subject_token: token } });
    expect(ids(proved.body)).toHaveLength(20);
    const forged = await search(
      'resource',
      { ...asked, context: { subject_token: `${token}x` } },
      { 'x-sallyport-explain': 'true' },
    );
    expect(forged.body).toEqual({
      context: { reasons: [expect.objectContaining({ code: 'subject-token-invalid' })] },
      results: [],
    });
  });

  test('goes by what an enforcement point may assert about what is searched for', async () => {
    const asked = {
      ...ofAnn,
      action: { name: 'list' },
      resource: { type: 'doc', properties: { status: 'open' } },
    };
    expect((await search('resource', asked)).body).toEqual({ results: [] });
    const [pep] = SEARCH_TENANT.peps;
    broker.facts.add({
      ...SEARCH_TENANT,
      peps: pep ? [{ ...pep, trustedProperties: ['subject', 'status'] }] : [],
    });
    expect(ids((await search('resource', asked)).body)).toHaveLength(25);
  });

  test('finds in monitor mode what policy permits, and no more', async () => {
    const [pep] = SEARCH_TENANT.peps;
    broker.facts.add({ ...SEARCH_TENANT, peps: pep ? [{ ...pep, mode: 'monitor' }] : [] });
    const { body } = await search('resource', { ...ofAnn, subject: user('eve') });
    expect(body).toEqual({ results: [] });
  });

  test('is on the record before it is answered, and not answered where it cannot be', async () => {
    const { headers } = await search(
      'resource',
      { ...ofAnn, page: { limit: 8 } },
      { 'x-request-id': 'r-7' },
    );
    const entries = broker.log.entries('acme') as SearchEntry[];
    expect(entries).toEqual([
      expect.objectContaining({
        type: 'search',
        id: headers['x-decision-id'],
        actor: 'pep:gateway',
        searched: 'resource',
        searchedType: 'doc',
        subject: user('ann'),
        action: 'read',
        count: 8,
        isContinued: false,
        isComplete: false,
        policyVersion: headers['x-policy-version'],
        requestId: 'r-7',
      }),
    ]);
    broker.log.failWith(new Error('no database'));
    const refused = await search('resource', ofAnn);
    expect([refused.status, refused.body['results']]).toEqual([503, undefined]);
  });
});
