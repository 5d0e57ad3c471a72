import { Module, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { AuditLog } from '../evidence/audit-log.ports.js';
import { Clock } from '../platform/clock.js';
import { featureParts } from '../platform/feature-parts.js';
import { FaultReporter } from '../platform/fault-reporter.js';
import { KeyRing } from '../platform/key-ring.js';
import { DecisionSampler } from '../policies/cross-check/decision-sampler.js';
import { FactsRegister } from '../registers/facts.ports.js';
import { createDecide, type DecideParts } from './create-decide.js';
import { DecideSettings, GeoLocator, IssuerKeys } from './decide.ports.js';
import { DecideRoutes } from './decide.routes.js';
import { DecideService } from './decide.service.js';
import { EnvoyAuthorizer } from './envoy/envoy-authorizer.js';
import { ForwardAuthRoutes } from './forward-auth/forward-auth.routes.js';
import { PepLimiter } from './limits/pep-limiter.js';
import { OpaRoutes } from './opa/opa.routes.js';
import { KubernetesRoutes } from './kubernetes/kubernetes.routes.js';
import { SearchRoutes } from './search/search.routes.js';
import { SignalsRoutes } from './signals/signals.routes.js';
import { PlanRoutes } from './plan/plan.routes.js';
import { KeysRoutes } from './tokens/keys.routes.js';
import { OAuthRoutes } from './tokens/oauth.routes.js';
import { TokenRevoker } from './tokens/token-revoker.js';
import { TokenStore } from './tokens/token-store.js';

/** Watches the facts for as long as the application runs. */
class DecideLifecycle implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(private readonly parts: DecideParts) {}

  onApplicationBootstrap(): void {
    this.parts.watch.start(this.parts.revoker);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.parts.watch.stop();
    await this.parts.limiter.stop();
    this.parts.rego.close();
  }
}

/** The ports that app.module.ts binds, under the names that `createDecide` gives them. */
const { all, part } = featureParts(
  'decide',
  {
    facts: FactsRegister,
    auditLog: AuditLog,
    keys: KeyRing,
    tokens: TokenStore,
    geo: GeoLocator,
    issuerKeys: IssuerKeys,
    clock: Clock,
    settings: DecideSettings,
    faults: FaultReporter,
    sampler: DecisionSampler,
  },
  createDecide,
);

/** Nest wiring alone; what is wired to what is in create-decide.ts. */
@Module({
  providers: [
    all,
    part(DecideService, ({ decide }) => decide),
    part(TokenRevoker, ({ revoker }) => revoker),
    part(PepLimiter, ({ limiter }) => limiter),
    part(DecideRoutes, ({ decideRoutes }) => decideRoutes),
    part(EnvoyAuthorizer, ({ envoyAuthorizer }) => envoyAuthorizer),
    part(SearchRoutes, ({ searchRoutes }) => searchRoutes),
    part(ForwardAuthRoutes, ({ forwardAuthRoutes }) => forwardAuthRoutes),
    part(OpaRoutes, ({ opaRoutes }) => opaRoutes),
    part(KubernetesRoutes, ({ kubernetesRoutes }) => kubernetesRoutes),
    part(PlanRoutes, ({ planRoutes }) => planRoutes),
    part(OAuthRoutes, ({ oauthRoutes }) => oauthRoutes),
    part(KeysRoutes, ({ keysRoutes }) => keysRoutes),
    part(SignalsRoutes, ({ signalsRoutes }) => signalsRoutes),
    part(DecideLifecycle, (all) => new DecideLifecycle(all)),
  ],
  exports: [DecideService, PepLimiter, TokenRevoker],
})
export class DecideModule {}
