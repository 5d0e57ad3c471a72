import type { Grant, MyContext, Reason } from '../src/graphql-types.js';
import { DANA, laptopOf, OMAR, PEOPLE, placeOf, type Person } from './fixture-people.js';
import type { FixtureWorld, StoredGrant, StoredRequest } from './fixture-world.js';

/** Why a person cannot review a request; null when they can. */
export function whyNotReviewable(request: StoredRequest, person: Person): Reason | null {
  if (request.state !== 'pending')
    return { code: 'not-pending', message: 'The request has already been decided.' };
  if (request.requester === person.id)
    return { code: 'self-review', message: 'You asked for world. Two-person rule.' };
  if (!request.rule.approvers.includes(person.id))
    return { code: 'not-a-reviewer', message: 'You are not among the approvers of this role.' };
  return null;
}

/** A grant as one viewer sees it now. */
export function grantFor(world: FixtureWorld, grant: StoredGrant, viewer: Person): Grant {
  const live = world.isLive(grant);
  const state = grant.state === 'active' && !live ? 'ended' : grant.state;
  return {
    ...grant,
    state,
    live,
    canRevoke: live && viewer !== DANA,
    canReturn: live && grant.subject.id === viewer.id,
  };
}

/** What is known about a person now. */
export function contextOf(world: FixtureWorld, id: string, viewer: Person): MyContext {
  const person = PEOPLE.find((item) => item.id === id);
  const hasLaptop = person === DANA || person === OMAR;
  return {
    subject: { type: 'user', id },
    groups: person?.groups ?? [],
    devices: person && hasLaptop ? [laptopOf(person, world.now())] : [],
    grants: world.grants
      .filter((grant) => grant.subject.id === id && world.isLive(grant))
      .map((grant) => grantFor(world, grant, viewer)),
    lastPlace: hasLaptop ? placeOf(world.now()) : null,
  };
}
