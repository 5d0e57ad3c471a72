import { describe, expect, jest, test } from '@jest/globals';
import { CedarWasmEngine, NotResident } from '@sallyport/policy';
import { RegisterTooLargeError } from '../../registers/register-too-large.js';
import { acme, DANA } from '../acme.fake.js';
import { startBroker, type TestBroker } from '../decide.fake.js';
import { ofAnn, SEARCH_TENANT, user } from './search-tenant.fake.js';

jest.setTimeout(60_000);

/** A broker whose tenant answers these reads otherwise. */
async function startWith(
  definition: ReturnType<typeof acme>,
  changes: (tenant: NonNullable<ReturnType<TestBroker['facts']['tenant']>>) => object,
): Promise<TestBroker> {
  const broker = await startBroker(definition);
  const tenant = broker.facts.tenant('acme');
  if (!tenant) throw new Error('the tenant is missing');
  Object.assign(tenant, changes(tenant));
  return broker;
}

describe('a search in a register that is held in part', () => {
  const tooLarge = () => {
    throw new RegisterTooLargeError('entity');
  };
  const inPart = () =>
    startWith(SEARCH_TENANT, () => ({
      idsOf: tooLarge,
      membersOf: tooLarge,
      grantHolders: tooLarge,
    }));

  test.each([
    ['resource', ofAnn],
    ['subject', { ...ofAnn, subject: { type: 'user' }, resource: { type: 'doc', id: 'd00' } }],
  ])('is refused where a list of the %ss could lack somebody', async (searched, asked) => {
    const broker = await inPart();
    const { status, body } = await broker.post(`/access/v1/search/${searched}`, asked);
    expect([status, body['results']]).toEqual([422, undefined]);
    expect(body).toMatchObject({ reason: 'register-too-large' });
    expect(broker.log.entries('acme')).toEqual([]);
  });

  test('is answered where policies name whom to ask about', async () => {
    const broker = await inPart();
    const asked = { subject: user('ghost'), action: { name: 'haunt' }, resource: { type: 'doc' } };
    const { body } = await broker.post('/access/v1/search/resource', asked);
    expect(body).toEqual({ results: [{ type: 'doc', id: 'attic' }] });
  });
});

describe('a search that needs a fact that is not in memory', () => {
  const asked = {
    subject: { type: 'user' },
    action: { name: 'read' },
    resource: { type: 'record', id: '42' },
    context: { ip: '193.99.144.80', device_id: 'dana-laptop', purpose: 'TREAT' },
  };
  const withPlaces = (bring: (arrive: () => void) => Promise<void>) => {
    let isThere = false;
    return startWith(acme(), (tenant) => {
      const place = tenant.place.bind(tenant);
      return {
        place: (subject: typeof DANA) => {
          if (isThere || subject.id !== DANA.id) return place(subject);
          throw new NotResident(() => bring(() => (isThere = true)));
        },
      };
    });
  };

  test('waits for it', async () => {
    const broker = await withPlaces((arrive) => Promise.resolve().then(arrive));
    const { body } = await broker.post('/access/v1/search/subject', asked);
    expect(body['results']).toMatchObject([DANA]);
  });

  test('has no answer where it cannot be had, rather than one that lacks somebody', async () => {
    const broker = await withPlaces(() => Promise.reject(new Error('no database')));
    const { status, body } = await broker.post('/access/v1/search/subject', asked);
    expect([status, body['results']]).toEqual([503, undefined]);
  });
});

describe('a search', () => {
  test('finds the same by Cedar’s own evaluator, which has no part in where to look', async () => {
    const compiled = await startBroker(SEARCH_TENANT);
    const reference = await startWith(SEARCH_TENANT, () => ({
      policy: new CedarWasmEngine().load('search-spec', SEARCH_TENANT.policies),
    }));
    const searches = [
      ['resource', ofAnn],
      ['resource', { ...ofAnn, subject: user('eve') }],
      ['subject', { ...ofAnn, subject: { type: 'user' }, resource: { type: 'doc', id: 'd00' } }],
      ['action', { subject: user('ann'), resource: { type: 'doc', id: 'd00' } }],
      [
        'subject',
        {
          subject: { type: 'user' },
          action: { name: 'haunt' },
          resource: { type: 'doc', id: 'attic' },
        },
      ],
    ] as const;
    for (const [searched, asked] of searches) {
      const path = `/access/v1/search/${searched}`;
      const [one, other] = await Promise.all(
        [compiled, reference].map((broker) => broker.post(path, asked)),
      );
      expect(other?.body).toEqual(one?.body);
    }
  });

  test('finds nothing without a policy, and says so', async () => {
    const broker = await startWith(SEARCH_TENANT, () => ({ policy: undefined }));
    const { body } = await broker.post('/access/v1/search/resource', {
      ...ofAnn,
      options: { explain: true },
    });
    expect(body).toMatchObject({ context: { reasons: [{ code: 'policy-missing' }] }, results: [] });
  });

  test('lets others have their turn while many are under way', async () => {
    const broker = await startBroker(SEARCH_TENANT);
    const answers = await Promise.all(
      Array.from({ length: 40 }, () => broker.post('/access/v1/search/resource', ofAnn)),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  });
});
