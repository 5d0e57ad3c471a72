import { GraphQLError } from 'graphql';
import { contextOf, grantFor, whyNotReviewable } from './fixture-access-views.js';
import { presentEntry } from './fixture-entry-views.js';
import { paged, type PageArgs } from './fixture-pages.js';
import { RULE, type Person } from './fixture-people.js';
import type { FixtureWorld, StoredRequest } from './fixture-world.js';

/** Root fields of asking, reviewing and holding. */
export function accessRoot(world: FixtureWorld, viewer: Person) {
  const show = (request: StoredRequest) => presentRequest(world, viewer, request);
  const forMe = () =>
    world.requests.filter((request) => whyNotReviewable(request, viewer) === null);
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
      return paged(all, page, (grant) => grantFor(world, grant, viewer));
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
      const obstacle = whyNotReviewable(world.request(id), viewer);
      if (obstacle)
        throw new GraphQLError(obstacle.message, {
          extensions: { code: 'forbidden', reason: obstacle.code },
        });
      return show(world.review(viewer, id, verdict, reason, durationSeconds ?? null));
    },
    revokeGrant: ({ id, reason }: { id: string; reason: string }) =>
      grantFor(world, world.end(id, 'revoked', viewer, reason), viewer),
    returnGrant: ({ id }: { id: string }) =>
      grantFor(world, world.end(id, 'returned', viewer, null), viewer),
  };
}

function presentRequest(world: FixtureWorld, viewer: Person, request: StoredRequest) {
  const grant = world.grants.find((item) => item.requestId === request.id);
  const history = world.log.entries.flatMap((entry, index) =>
    entry['requestId'] === request.id ? [presentEntry(world, index)] : [],
  );
  return {
    ...request,
    grant: grant ? grantFor(world, grant, viewer) : null,
    whyNotReviewable: whyNotReviewable(request, viewer),
    reviewers: request.rule.approvers.filter((id) => id !== request.requester),
    requesterContext: contextOf(world, request.requester, viewer),
    history,
  };
}
