// ① An enforcement point asks; seven steps later it has a decision, perhaps a token, and a durable record.
export { DecideModule } from './decide.module.js';
export type {
  Asker,
  BatchOutcome,
  BatchSemantic,
  DecideInput,
  PreviewInput,
} from './decide-input.js';
export { DecideRoutes } from './decide.routes.js';
export { DecideService } from './decide.service.js';
export { DecideSettings, GeoLocator, IssuerKeys } from './decide.ports.js';
export type { DecisionOutcome, IssuedToken } from './decision-outcome.js';
export type { Question } from './question.js';
export { type CheckCaller, EnvoyAuthorizer } from './envoy/envoy-authorizer.js';
export type { CheckRequest } from './envoy/check-request.js';
export { type CheckResponse, deny as denyCheck } from './envoy/check-response.js';
export { isSpiffeId } from './envoy/spiffe-id.js';
export { ForwardAuthRoutes } from './forward-auth/forward-auth.routes.js';
export { PepLimiter } from './limits/pep-limiter.js';
export { OpaRoutes } from './opa/opa.routes.js';
export { PlanRoutes } from './plan/plan.routes.js';
export { KubernetesRoutes } from './kubernetes/kubernetes.routes.js';
export { SearchRoutes } from './search/search.routes.js';
export { KeysRoutes } from './tokens/keys.routes.js';
export { OAuthRoutes } from './tokens/oauth.routes.js';
export { SignalsRoutes } from './signals/signals.routes.js';
export { TokenRevoker } from './tokens/token-revoker.js';
export { TokenStore } from './tokens/token-store.js';
