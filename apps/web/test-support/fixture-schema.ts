import {
  buildSchema,
  graphql,
  GraphQLError,
  type ExecutionResult,
  type GraphQLSchema,
} from 'graphql';
import type { EntryFilter } from '../src/graphql-types.js';
import { RULE, type Person } from './fixture-people.js';
import { presentEntry, type FixtureWorld, type StoredRequest } from './fixture-world.js';

interface PageArgs {
  readonly first: number;
  readonly after?: string | null;
}

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
    myContext: () => world.contextOf(viewer.id, viewer),
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

function accessRoot(world: FixtureWorld, viewer: Person) {
  const show = (request: StoredRequest) => presentRequest(world, viewer, request);
  const forMe = () =>
    world.requests.filter((request) => world.whyNotReviewable(request, viewer) === null);
  return {
    requestableRoles: () => (viewer.groups.includes('engineering') ? [RULE] : []),
    accessRequests: ({ tab, ...page }: PageArgs & { tab: string }) => {
      const all =
        {
          FOR_ME: forMe(),
          MINE: world.requests.filter((request) => request.requester === viewer.id),
          DECIDED: world.requests.filter((request) => request.state !== 'pending'),
          ALL: world.requests,
        }[tab] ?? [];
      return { ...paged(all, page, show), waiting: forMe().length };
    },
    accessRequest: ({ id }: { id: string }) => {
      const request = world.requests.find((item) => item.id === id);
      return request ? show(request) : null;
    },
    effectPreview: ({ durationSeconds }: { durationSeconds?: number }) => ({
      computedAt: world.iso(),
      permitsToday: 0,
      permitsAfter: 1,
      newlyPermitted: [
        { action: 'read', resource: { type: 'database', id: 'prod' }, policy: 'prod-db-read' },
      ],
      conditions: [
        'the device is compliant and its disk encrypted',
        `the grant lives, ${durationSeconds ?? 0} s at most`,
      ],
      complete: true,
    }),
    grants: ({ state, ...page }: PageArgs & { state: string }) => {
      const all = world.grants.filter(
        (grant) => state === 'ALL' || (state === 'ACTIVE') === world.isLive(grant),
      );
      return paged(all, page, (grant) => world.grantFor(grant, viewer));
    },
    submitRequest: ({ durationSeconds, reason }: { durationSeconds: number; reason: string }) =>
      show(world.submit(viewer, durationSeconds, reason)),
    cancelRequest: ({ id }: { id: string }) => show(world.cancel(id)),
    reviewRequest: ({
      id,
      verdict,
      reason,
      durationSeconds,
    }: {
      id: string;
      verdict: 'APPROVE' | 'DENY';
      reason: string;
      durationSeconds?: number;
    }) => {
      const obstacle = world.whyNotReviewable(world.request(id), viewer);
      if (obstacle)
        throw new GraphQLError(obstacle.message, {
          extensions: { code: 'forbidden', reason: obstacle.code },
        });
      return show(world.review(viewer, id, verdict, reason, durationSeconds ?? null));
    },
    revokeGrant: ({ id, reason }: { id: string; reason: string }) =>
      world.grantFor(world.end(id, 'revoked', viewer, reason), viewer),
    returnGrant: ({ id }: { id: string }) =>
      world.grantFor(world.end(id, 'returned', viewer, null), viewer),
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
      const found = world.find(filter).filter(isVisible);
      return { ...paged(found, page, show), total: found.length };
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

function presentRequest(world: FixtureWorld, viewer: Person, request: StoredRequest) {
  const grant = world.grants.find((item) => item.requestId === request.id);
  const history = world.log.entries.flatMap((entry, index) =>
    entry['requestId'] === request.id ? [presentEntry(world, index)] : [],
  );
  return {
    ...request,
    grant: grant ? world.grantFor(grant, viewer) : null,
    whyNotReviewable: world.whyNotReviewable(request, viewer),
    reviewers: request.rule.approvers.filter((id) => id !== request.requester),
    requesterContext: world.contextOf(request.requester, viewer),
    history,
  };
}

function relatedTo(world: FixtureWorld, index: number): readonly number[] {
  const { requestId } = world.log.entries[index] ?? {};
  return world.log.entries.flatMap((entry, at) =>
    requestId !== undefined && at !== index && entry['requestId'] === requestId ? [at] : [],
  );
}

function paged<Item, Node>(
  items: readonly Item[],
  { first, after }: PageArgs,
  show: (item: Item) => Node,
) {
  const start = after ? Number(after) : 0;
  const end = start + first;
  return {
    nodes: items.slice(start, end).map(show),
    nextCursor: end < items.length ? String(end) : null,
  };
}
