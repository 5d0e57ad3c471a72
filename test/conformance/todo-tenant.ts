import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface TodoFixture {
  readonly users: Readonly<
    Record<
      string,
      {
        readonly id: string;
        readonly name: string;
        readonly email: string;
        readonly roles: readonly string[];
      }
    >
  >;
}

/** The AuthZEN interop's published questions with their answers. */
export interface TodoVectors {
  readonly evaluation: readonly { readonly request: object; readonly expected: boolean }[];
  readonly evaluations: readonly {
    readonly request: object;
    readonly expected: readonly { readonly decision: boolean }[];
  }[];
}

export function readTodoVectors(vectors: string): TodoVectors {
  return JSON.parse(read(vectors, 'todo-decisions.json')) as TodoVectors;
}

/** The tenant directory of the AuthZEN todo scenario: its public users, and its policy in Cedar. */
export function todoTenant(
  vectors: string,
  { name = 'todo', pepKey }: { readonly name?: string; readonly pepKey: string },
): Map<string, string> {
  const { users } = JSON.parse(read(vectors, 'todo-fixture.json')) as TodoFixture;
  const entities = Object.entries(users).map(([id, { roles, ...attrs }]) => ({
    uid: { type: 'user', id },
    attrs,
    parents: roles.map((role) => ({ type: 'role', id: role })),
  }));
  // The interop's enforcement point sends the owner of a todo as a property.
  const peps = `- { name: todo-app, kind: gateway, key: ${JSON.stringify(pepKey)}, trustedProperties: [subject, ownerID] }\n`;
  return new Map([
    ['tenant.yaml', `name: ${name}\ndisplayName: AuthZEN todo\n`],
    ['policies/todo.cedar', POLICY],
    ['entities/users.json', JSON.stringify(entities)],
    ['peps.yaml', peps],
  ]);
}

const POLICY = `
@id("everyone-reads")
permit (principal is user, action in [Action::"can_read_user", Action::"can_read_todos"], resource);

@id("admins-create")
permit (principal in role::"admin", action == Action::"can_create_todo", resource);

@id("editors-create")
permit (principal in role::"editor", action == Action::"can_create_todo", resource);

@id("evil-geniuses-update")
permit (principal in role::"evil_genius", action == Action::"can_update_todo", resource);

@id("admins-delete")
permit (principal in role::"admin", action == Action::"can_delete_todo", resource);

@id("editors-change-their-own")
permit (
  principal in role::"editor",
  action in [Action::"can_update_todo", Action::"can_delete_todo"],
  resource
)
when { resource has ownerID && principal has email && resource.ownerID == principal.email };
`;

function read(vectors: string, file: string): string {
  return readFileSync(join(vectors, 'authzen', file), 'utf8');
}
