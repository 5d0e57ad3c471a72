import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { startInProcess, type TestBroker } from '../support/broker-in-process.js';
import { applyWithCli } from './apply-with-cli.js';
import { act, doc, FINDS, READABLE, REFUSALS, user, what, which, who } from './search-cases.js';
import { SEARCH_KEY, SEARCH_TENANT } from './search-tenant.js';

jest.setTimeout(60_000);

interface Answer {
  readonly page?: { readonly next_token: string };
  readonly results: readonly {
    readonly type?: string;
    readonly id?: string;
    readonly name?: string;
  }[];
}

describe('AuthZEN Authorization API 1.0, §8 search', () => {
  let broker: TestBroker;
  beforeAll(async () => {
    broker = await startInProcess();
    await applyWithCli(broker, SEARCH_TENANT);
  });
  afterAll(() => broker.close());

  const post = (path: string, json: unknown) =>
    broker.client.call('POST', `/access/v1/${path}`, { key: SEARCH_KEY, json });
  const search = async (kind: string, json: unknown) => {
    const { status, text } = await post(`search/${kind}`, json);
    expect([status, text]).toEqual([200, expect.any(String)]);
    return JSON.parse(text) as Answer;
  };
  const names = ({ results }: Answer) => results.map(({ id, name }) => id ?? name);

  it.each(FINDS)('%s', async (_section, kind, asked, expected) => {
    expect(names(await search(kind, asked))).toEqual(expected.filter((id) => id !== 'd03'));
  });

  it.each([
    ['subject', { ...who, subject: { type: 'user', id: 'ignored-stray-id' } }, who],
    ['resource', { ...which, resource: { type: 'doc', id: 'ignored-stray-id' } }, which],
  ])('certification: a search for a %s ignores a stray id', async (kind, stray, plain) => {
    expect(await search(kind, stray)).toEqual(await search(kind, plain));
  });

  it.each(REFUSALS)('%s it is refused', async (_section, kind, asked, field) => {
    const { status, text } = await post(`search/${kind}`, asked);
    expect([status, JSON.parse(text)]).toEqual([400, expect.objectContaining({ field })]);
  });

  it.each(['subject', 'resource', 'action'] as const)(
    '§8.1 every result of a search for a %s evaluates to true',
    async (kind) => {
      const asked = { subject: who, resource: which, action: what }[kind];
      const { results } = await search(kind, asked);
      expect(results.length).toBeGreaterThan(2);
      const evaluations = results.map((result) => ({ [kind]: result }));
      const { text } = await post('evaluations', { ...asked, evaluations });
      const answers = (JSON.parse(text) as { evaluations: { decision: boolean }[] }).evaluations;
      expect(answers.every(({ decision }) => decision)).toBe(true);
    },
  );

  it('§8.3 says what must be done for a result in that result', async () => {
    const { results } = await search('resource', {
      ...which,
      action: act('print'),
      page: { limit: 1 },
    });
    expect(results).toEqual([
      { ...doc('d00'), obligations: [expect.objectContaining({ type: 'note' })] },
    ]);
  });

  describe('§8.2 pagination', () => {
    const page = (wish: object, change: object = {}) =>
      search('resource', { ...which, ...change, page: wish });

    it.each([
      ['without the limit', {}],
      ['with the limit', { limit: 4 }],
    ])('§8.2.1 goes on %s, each result once, to a token that is empty', async (_how, again) => {
      const found: unknown[] = [];
      const sizes: number[] = [];
      let answer = await page({ limit: 4 });
      for (;;) {
        found.push(...names(answer));
        sizes.push(answer.results.length);
        const token = answer.page?.next_token ?? '';
        if (token === '') break;
        answer = await page({ token, ...again });
      }
      expect([found, sizes]).toEqual([READABLE, [4, 4, 2]]);
    });

    it('§8.2.2 puts the page first', async () => {
      const { text } = await post('search/resource', { ...which, page: { limit: 4 } });
      expect(Object.keys(JSON.parse(text) as object)).toEqual(['page', 'results']);
    });

    it('§8.2.2 has an empty token where there is one page', async () => {
      expect((await page({})).page).toEqual({ next_token: '' });
      expect((await page({ limit: 100 })).page).toEqual({ next_token: '' });
    });

    it('§8.2.1 ignores what it does not know of a page', async () => {
      expect(await page({ limit: 4, size: 1 })).toEqual(await page({ limit: 4 }));
    });

    it.each([
      ['subject', { subject: user('bob') }],
      ['action', { action: act('print') }],
      ['type', { resource: { type: 'folder' } }],
      ['context', { context: { urgent: true } }],
    ])('§8.2.1 refuses a token for another %s', async (_part, change) => {
      const token = (await page({ limit: 4 })).page?.next_token;
      const { status } = await post('search/resource', { ...which, ...change, page: { token } });
      expect(status).toBe(400);
    });
  });
});
