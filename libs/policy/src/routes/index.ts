export { type MatchedRoute, matchRoutes, MAX_ID_LENGTH, type RouteLine } from './match-routes.js';
export { ambiguityOf } from './path-ambiguity.js';
export { runRouteCase, type RouteCaseResult } from './run-route-case.js';
