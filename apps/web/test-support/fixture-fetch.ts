import { readFileSync } from 'node:fs';
import { FixtureApi } from './fixture-schema.js';
import type { Person } from './fixture-people.js';
import type { FixtureWorld } from './fixture-world.js';

/** Text of the API's contract. */
export const SCHEMA_TEXT = readFileSync(
  new URL('../../../docs/schema.graphql', import.meta.url),
  'utf8',
);

/** How the fixture answers an operation instead of executing it. */
export type Answer =
  | { readonly kind: 'never' | 'unreachable' }
  | { readonly kind: 'error'; readonly code: string; readonly message: string };

export interface FixtureFetch {
  readonly fetch: typeof fetch;
  /** Answers of operations by name, instead of the world's; delete to go back. */
  readonly answers: Map<string, Answer>;
  /** Operations as they were asked, in order. */
  readonly asked: { readonly name: string; readonly variables: Record<string, unknown> }[];
}

/** A `fetch` that knows /graphql and nothing else. */
export function fixtureFetch(world: FixtureWorld, viewer: Person): FixtureFetch {
  const api = new FixtureApi(SCHEMA_TEXT, world);
  const answers = new Map<string, Answer>();
  const asked: FixtureFetch['asked'] = [];
  const answer = async (_input: unknown, init?: RequestInit): Promise<Response> => {
    const { query, variables } = JSON.parse(String(init?.body)) as {
      query: string;
      variables: Record<string, unknown>;
    };
    const name = /(?:query|mutation) (\w+)/.exec(query)?.[1] ?? '';
    asked.push({ name, variables });
    const special = answers.get(name);
    if (special?.kind === 'never') return new Promise(() => undefined);
    if (special?.kind === 'unreachable') throw new TypeError('Failed to fetch');
    if (special?.kind === 'error') {
      return json({
        data: null,
        errors: [{ message: special.message, extensions: { code: special.code } }],
      });
    }
    return json(await api.execute(viewer, query, variables));
  };
  return { fetch: answer as typeof fetch, answers, asked };
}

function json(body: unknown): Response {
  const headers = new Map([
    ['content-type', 'application/json'],
    ['x-request-id', 'trace-4711'],
  ]);
  // jsdom has no Response; these are the parts of it that the client reads.
  return {
    status: 200,
    ok: true,
    headers: { get: (name: string) => headers.get(name.toLowerCase()) ?? null },
    text: () => Promise.resolve(JSON.stringify(body)),
    json: () => Promise.resolve(body),
  } as unknown as Response;
}
