import type { AuditLog } from '../evidence/audit-log.ports.js';
import type { Clock } from '../platform/clock.js';
import type { FaultReporter } from '../platform/fault-reporter.js';
import type { KeyRing } from '../platform/key-ring.js';
import type { DecisionSampler } from '../policies/cross-check/decision-sampler.js';
import type { FactsRegister } from '../registers/facts.ports.js';
import { SignedMetadata } from './authzen/signed-metadata.js';
import { DecisionPipeline } from './decide.pipeline.js';
import type { DecideSettings, GeoLocator, IssuerKeys } from './decide.ports.js';
import { DecideRoutes } from './decide.routes.js';
import { DecideService } from './decide.service.js';
import { EnvoyAuthorizer } from './envoy/envoy-authorizer.js';
import { ForwardAuthRoutes } from './forward-auth/forward-auth.routes.js';
import { PepLimiter } from './limits/pep-limiter.js';
import { OpaRoutes } from './opa/opa.routes.js';
import { KubernetesRoutes } from './kubernetes/kubernetes.routes.js';
import { SearchRoutes } from './search/search.routes.js';
import { SearchService } from './search/search.service.js';
import { SignalHub } from './signals/signal-hub.js';
import { SignalsRoutes } from './signals/signals.routes.js';
import { PlanRoutes } from './plan/plan.routes.js';
import { PlanService } from './plan/plan.service.js';
import { RegoConditions } from './rego/rego-conditions.js';
import { SubjectTokens } from './subject/subject-tokens.js';
import { AccessTokenSigner } from './tokens/access-token.js';
import { Introspection } from './tokens/introspection.js';
import { KeysRoutes } from './tokens/keys.routes.js';
import { OAuthRoutes } from './tokens/oauth.routes.js';
import { OwnTokens } from './tokens/own-tokens.js';
import { RevocationWatch } from './tokens/revocation-watch.js';
import { TokenExchange } from './tokens/token-exchange.js';
import { TokenRevoker } from './tokens/token-revoker.js';
import type { TokenStore } from './tokens/token-store.js';

/** What the decision door stands on. */
export interface DecideDependencies {
  readonly facts: FactsRegister;
  readonly auditLog: AuditLog;
  readonly keys: KeyRing;
  readonly tokens: TokenStore;
  readonly geo: GeoLocator;
  readonly issuerKeys: IssuerKeys;
  readonly clock: Clock;
  readonly settings: DecideSettings;
  readonly faults: FaultReporter;
  readonly sampler: DecisionSampler;
}

export interface DecideParts {
  readonly decide: DecideService;
  readonly revoker: TokenRevoker;
  readonly watch: RevocationWatch;
  readonly rego: RegoConditions;
  readonly limiter: PepLimiter;
  readonly decideRoutes: DecideRoutes;
  readonly envoyAuthorizer: EnvoyAuthorizer;
  readonly searchRoutes: SearchRoutes;
  readonly forwardAuthRoutes: ForwardAuthRoutes;
  readonly opaRoutes: OpaRoutes;
  readonly kubernetesRoutes: KubernetesRoutes;
  readonly planRoutes: PlanRoutes;
  readonly oauthRoutes: OAuthRoutes;
  readonly keysRoutes: KeysRoutes;
  readonly signalsRoutes: SignalsRoutes;
}

/** Puts the decision door together. Nothing runs until `watch.start(revoker)`. */
export function createDecide(dependencies: DecideDependencies): DecideParts {
  const { facts, keys, tokens, clock, settings, faults, issuerKeys } = dependencies;
  const ownTokens = new OwnTokens(settings, keys, tokens);
  const watch = new RevocationWatch(facts, faults);
  const subjectTokens = new SubjectTokens(settings, issuerKeys, ownTokens);
  const rego = new RegoConditions(faults, settings.regoScript);
  const pipeline = new DecisionPipeline({
    ...dependencies,
    subjectTokens,
    signer: new AccessTokenSigner(keys),
    watch,
    rego,
  });
  const decide = new DecideService(pipeline, facts, clock);
  const revoker = new TokenRevoker(decide, tokens, clock);
  const limiter = new PepLimiter(dependencies, settings.limits);
  const introspection = new Introspection(ownTokens, revoker, settings, clock);
  return {
    decide,
    revoker,
    watch,
    limiter,
    envoyAuthorizer: new EnvoyAuthorizer({ ...dependencies, decide, limiter }),
    rego,
    decideRoutes: new DecideRoutes(
      decide,
      facts,
      new SignedMetadata(keys, clock, settings.publicUrl),
    ),
    searchRoutes: new SearchRoutes(new SearchService(pipeline, dependencies)),
    forwardAuthRoutes: new ForwardAuthRoutes(decide, facts, settings, faults),
    opaRoutes: new OpaRoutes(decide),
    kubernetesRoutes: new KubernetesRoutes(decide, facts, faults),
    planRoutes: new PlanRoutes(new PlanService({ ...dependencies, subjectTokens })),
    oauthRoutes: new OAuthRoutes(new TokenExchange(decide, facts), introspection, keys, settings),
    keysRoutes: new KeysRoutes(keys, dependencies.auditLog, clock),
    signalsRoutes: new SignalsRoutes(new SignalHub(facts, settings)),
  };
}
