import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { startInProcess, type TestBroker } from '../support/broker-in-process.js';
import { vectorsDir } from '../support/vectors.js';
import { applyWithCli } from './apply-with-cli.js';
import { readTodoVectors, todoTenant } from './todo-tenant.js';

jest.setTimeout(60_000);

const KEY = 'key-of-the-todo-application';
const dir = vectorsDir();
const vectors = dir === undefined ? { evaluation: [], evaluations: [] } : readTodoVectors(dir);

(dir === undefined ? describe.skip : describe)('AuthZEN todo interoperability vectors', () => {
  let broker: TestBroker;
  beforeAll(async () => {
    broker = await startInProcess();
    const printed = await applyWithCli(broker, todoTenant(dir ?? '', { pepKey: KEY }));
    expect(printed).toContain('Applied to todo');
  });
  afterAll(() => broker.close());

  /** The body as it was sent: exact, so that nothing beside the decision may be in it. */
  const ask = async (path: string, json: object) => {
    const answer = await broker.client.call('POST', path, { key: KEY, json });
    expect(answer.status).toBe(200);
    return answer.text;
  };

  it('are all there', () => {
    expect([vectors.evaluation.length, vectors.evaluations.length]).toEqual([40, 3]);
  });

  it.each(vectors.evaluation.map(({ request, expected }, at) => [at + 1, expected, request]))(
    'evaluation %i is answered %s',
    async (_at, expected, request) => {
      const text = await ask('/access/v1/evaluation', request as object);
      expect(text).toBe(JSON.stringify({ decision: expected }));
    },
  );

  it.each(vectors.evaluation.map(({ request, expected }, at) => [at + 1, expected, request]))(
    'a search for actions agrees with evaluation %i: %s',
    async (_at, expected, request) => {
      const { action, ...asked } = request as { action: { name: string } };
      const { results } = JSON.parse(await ask('/access/v1/search/action', asked)) as {
        results: { name: string }[];
      };
      expect(results.some(({ name }) => name === action.name)).toBe(expected);
    },
  );

  it.each(vectors.evaluations.map(({ request, expected }, at) => [at + 1, expected, request]))(
    'batch %i is answered item by item',
    async (_at, expected, request) => {
      const text = await ask('/access/v1/evaluations', request as object);
      expect(text).toBe(JSON.stringify({ evaluations: expected }));
    },
  );
});
