import type { PepRoute } from '@sallyport/contracts';
import { matchRoutes, type MatchedRoute, type RouteLine } from '@sallyport/policy';
import type { Pep } from '../../registers/facts.ports.js';

export { type MatchedRoute, MAX_ID_LENGTH } from '@sallyport/policy';

/** The first of the enforcement point's routes that covers the request; undefined when none does. */
export function matchRoute(pep: Pep, line: RouteLine): MatchedRoute | undefined {
  return matchRoutes(pep.routes as unknown as readonly PepRoute[], line);
}
