import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import { startBroker, type TestBroker } from '../decide.fake.js';
import { ofAnn, SEARCH_TENANT, user } from './search-tenant.fake.js';

jest.setTimeout(60_000);

describe('a search page by page', () => {
  let broker: TestBroker;
  beforeEach(async () => {
    broker = await startBroker(SEARCH_TENANT);
  });

  const search = (body: object) => broker.post('/access/v1/search/resource', body);

  const page = async (wish: object, change: object = {}) =>
    (await search({ ...ofAnn, ...change, page: wish })) as unknown as {
      status: number;
      body: { page: { next_token: string }; results: object[]; field?: string };
    };

  test('brings each result once, in order, the page first', async () => {
    const first = await page({ limit: 8 });
    expect(Object.keys(first.body)).toEqual(['page', 'results']);
    const second = await page({ token: first.body.page.next_token });
    const third = await page({ token: second.body.page.next_token, limit: 8 });
    expect([first, second, third].map(({ body }) => body.results.length)).toEqual([8, 8, 4]);
    const all = [first, second, third].flatMap(({ body }) => body.results);
    expect(all).toEqual((await search(ofAnn)).body['results']);
    expect(third.body.page).toEqual({ next_token: '' });
  });

  test('gives the same page the same bytes, and no name away in its token', async () => {
    const [one, other] = [await page({ limit: 8 }), await page({ limit: 8 })];
    expect(one.body).toEqual(other.body);
    expect(Buffer.from(one.body.page.next_token, 'base64url').toString('latin1')).not.toContain(
      'd07',
    );
  });

  test('refuses a token of another search, another limit or another kind', async () => {
    const { next_token: token } = (await page({ limit: 8 })).body.page;
    const others = [
      { subject: user('bob') },
      { action: { name: 'print' } },
      { resource: { type: 'folder' } },
      { context: { urgent: true } },
    ];
    for (const change of others) {
      const { status, body } = await page({ token }, change);
      expect([change, status, body.field]).toEqual([change, 400, 'page.token']);
    }
    expect((await page({ token, limit: 9 })).body.field).toBe('page.limit');
    expect((await page({ token, properties: { a: 1 } })).status).toBe(400);
    expect((await page({ token: `${token.slice(0, -2)}AA` })).status).toBe(400);
  });

  test('has nothing on a page for nothing, and bounds a page for everything', async () => {
    expect((await page({ limit: 0 })).body.results).toEqual([]);
    expect((await page({ limit: 1e9 })).body).toMatchObject({ page: { next_token: '' } });
  });
});
