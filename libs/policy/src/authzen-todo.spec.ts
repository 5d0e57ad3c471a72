import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { EntityRef, JsonObject } from '@sallyport/contracts';
import { vectorsDir } from '../../../test/support/vectors.js';
import { CedarWasmEngine } from './cedar-wasm-engine.js';
import { EntityStore } from './entity-store.js';

interface Question {
  readonly subject: EntityRef;
  readonly action: { readonly name: string };
  readonly resource: EntityRef & { readonly properties?: JsonObject };
}
interface Vectors {
  readonly evaluation: readonly { readonly request: Question; readonly expected: boolean }[];
  readonly evaluations: readonly {
    readonly request: Omit<Question, 'resource'> & {
      readonly evaluations: readonly Pick<Question, 'resource'>[];
    };
    readonly expected: readonly { readonly decision: boolean }[];
  }[];
}
interface Fixture {
  readonly users: Readonly<
    Record<string, { readonly email: string; readonly roles: readonly string[] }>
  >;
}

const POLICIES = `
permit (principal is user, action in [Action::"can_read_user", Action::"can_read_todos"], resource);
permit (principal in role::"admin", action in [Action::"can_create_todo", Action::"can_delete_todo"], resource);
permit (principal in role::"editor", action == Action::"can_create_todo", resource);
permit (principal in role::"evil_genius", action == Action::"can_update_todo", resource);
permit (
  principal in role::"editor",
  action in [Action::"can_update_todo", Action::"can_delete_todo"],
  resource is todo
) when { resource has ownerID && resource.ownerID == principal.email };
`;

const dir = vectorsDir();
const suite = dir === undefined ? describe.skip : describe;

suite('the AuthZEN todo scenario, in Cedar', () => {
  const read = <T>(name: string) =>
    JSON.parse(readFileSync(join(dir ?? '', 'authzen', name), 'utf8')) as T;
  const policy = new CedarWasmEngine().load('todo', { files: { 'todo.cedar': POLICIES } });

  it('answers all single questions and batches of the public vectors as expected', () => {
    const vectors = read<Vectors>('todo-decisions.json');
    const users = userEntities(read<Fixture>('todo-fixture.json'));
    const singles = vectors.evaluation.map(({ request }) => decide(request, users));
    expect(singles).toEqual(vectors.evaluation.map(({ expected }) => expected));
    expect(singles).toHaveLength(40);
    for (const { request, expected } of vectors.evaluations) {
      const { evaluations, ...shared } = request;
      const answers = evaluations.map((item) => ({
        decision: decide({ ...shared, ...item }, users),
      }));
      expect(answers).toEqual(expected);
    }
  });

  function decide({ subject, action, resource }: Question, users: EntityStore): boolean {
    const { properties, ...object } = resource;
    const facts = {
      nowMs: 0,
      authn: { method: 'asserted', verified: false },
      grants: [],
      missing: [],
      registerVersion: 1,
    } as const;
    const evaluation = policy.evaluate({
      principal: { ref: subject },
      action: action.name,
      resource: { ref: object, ...(properties === undefined ? {} : { trusted: properties }) },
      facts,
      actionProperties: undefined,
      request: undefined,
      entities: users,
    });
    return evaluation.outcome === 'permit';
  }
});

function userEntities({ users }: Fixture): EntityStore {
  const store = new EntityStore();
  for (const [id, { email, roles }] of Object.entries(users))
    store.put({
      uid: { type: 'user', id },
      attrs: { email },
      parents: roles.map((role) => ({ type: 'role', id: role })),
    });
  return store;
}
