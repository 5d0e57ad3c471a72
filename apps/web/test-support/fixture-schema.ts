import { buildSchema, graphql, type ExecutionResult, type GraphQLSchema } from 'graphql';
import type { EntryFilter } from '../src/graphql-types.js';
import { accessRoot } from './fixture-access-root.js';
import { paged, type PageArgs } from './fixture-pages.js';
import type { Person } from './fixture-people.js';
import { contextOf } from './fixture-access-views.js';
import { findEntries, presentEntry } from './fixture-entry-views.js';
import type { FixtureWorld } from './fixture-world.js';

/** Runs operations of docs/schema.graphql against a world, so that a selection that the contract lacks fails a test. */
export class FixtureApi {
  readonly #schema: GraphQLSchema;

  constructor(
    schemaText: string,
    readonly world: FixtureWorld,
  ) {
    this.#schema = buildSchema(schemaText);
  }

  execute(
    viewer: Person,
    query: string,
    variables: Record<string, unknown>,
  ): Promise<ExecutionResult> {
    return graphql({
      schema: this.#schema,
      source: query,
      variableValues: variables,
      rootValue: rootFor(this.world, viewer),
    });
  }
}

function rootFor(world: FixtureWorld, viewer: Person) {
  return {
    ...accessRoot(world, viewer),
    ...evidenceRoot(world, viewer),
    ...personRoot(world, viewer),
  };
}

function personRoot(world: FixtureWorld, viewer: Person) {
  return {
    me: () => ({
      id: viewer.id,
      name: viewer.name,
      email: viewer.id,
      roles: viewer.roles,
      tenant: 'acme',
      tenantName: 'Acme Health',
      sessionExpiresAt: world.iso(55 * 60_000),
      environment: 'development',
    }),
    myContext: () => contextOf(world, viewer.id, viewer),
    apiTokens: () => [
      {
        id: 't1',
        name: 'nightly-export',
        roles: ['auditor'],
        createdBy: 'user:ada@acme.example',
        createdAt: world.iso(-86_400_000),
        expiresAt: world.iso(30 * 86_400_000),
        revokedAt: null,
      },
    ],
    createApiToken: ({ name, roles }: { name: string; roles: string[] }) => ({
      secret: `spt_acme_${'x'.repeat(43)}`,
      token: {
        id: 't2',
        name,
        roles,
        createdBy: viewer.id,
        createdAt: world.iso(),
        expiresAt: world.iso(86_400_000),
        revokedAt: null,
      },
    }),
    revokeApiToken: ({ id }: { id: string }) => ({
      id,
      name: 'nightly-export',
      roles: ['auditor'],
      createdBy: '',
      createdAt: world.iso(),
      expiresAt: world.iso(),
      revokedAt: world.iso(),
    }),
  };
}

function evidenceRoot(world: FixtureWorld, viewer: Person) {
  const seesAll = viewer.roles.includes('auditor') || viewer.roles.includes('admin');
  const isVisible = (index: number) =>
    seesAll || JSON.stringify(world.log.entries[index]).includes(viewer.id);
  const show = (index: number) => ({
    ...presentEntry(world, index),
    related: relatedTo(world, index).map((other) => presentEntry(world, other)),
  });
  return {
    entries: ({ filter, ...page }: PageArgs & { filter?: EntryFilter }) => {
      const found = findEntries(world, filter).filter(isVisible);
      return { ...paged(found, page, show), total: found.length, behind: 0 };
    },
    entry: ({ id }: { id: string }) => {
      const index = world.indexOf(id);
      return index === -1 || !isVisible(index) ? null : show(index);
    },
    entryProof: ({ id }: { id: string }) =>
      world.log.proof(world.indexOf(id), world.tampered.has(id)),
    checkpoint: () => world.log.checkpoint(world.iso()),
  };
}

function relatedTo(world: FixtureWorld, index: number): readonly number[] {
  const { requestId } = world.log.entries[index] ?? {};
  return world.log.entries.flatMap((entry, at) =>
    requestId !== undefined && at !== index && entry['requestId'] === requestId ? [at] : [],
  );
}
