import {
  type FactoryProvider,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type Type,
} from '@nestjs/common';
import { AuditLog } from '../evidence/audit-log.ports.js';
import { Clock } from '../platform/clock.js';
import { FaultReporter } from '../platform/fault-reporter.js';
import { KeyRing } from '../platform/key-ring.js';
import { FactsRegister } from '../registers/facts.ports.js';
import { createDecide, type DecideDependencies, type DecideParts } from './create-decide.js';
import { DecideSettings, GeoLocator, IssuerKeys } from './decide.ports.js';
import { DecideRoutes } from './decide.routes.js';
import { DecideService } from './decide.service.js';
import { ForwardAuthRoutes } from './forward-auth/forward-auth.routes.js';
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

  onApplicationShutdown(): Promise<void> {
    return this.parts.watch.stop();
  }
}

const PARTS = Symbol('decide parts');

/** The ports that app.module.ts binds, under the names that `createDecide` gives them. */
const PORTS = {
  facts: FactsRegister,
  auditLog: AuditLog,
  keys: KeyRing,
  tokens: TokenStore,
  geo: GeoLocator,
  issuerKeys: IssuerKeys,
  clock: Clock,
  settings: DecideSettings,
  faults: FaultReporter,
} as const;

const parts: FactoryProvider<DecideParts> = {
  provide: PARTS,
  inject: Object.values(PORTS) as unknown as Type[],
  useFactory: (...bound: unknown[]) => {
    const named = Object.keys(PORTS).map((name, index) => [name, bound[index]]);
    return createDecide(Object.fromEntries(named) as unknown as DecideDependencies);
  },
};

function part<T>(provide: FactoryProvider['provide'], pick: (parts: DecideParts) => T) {
  return { provide, inject: [PARTS], useFactory: pick } satisfies FactoryProvider<T>;
}

/** Nest wiring alone; what is wired to what is in create-decide.ts. */
@Module({
  providers: [
    parts,
    part(DecideService, ({ decide }) => decide),
    part(TokenRevoker, ({ revoker }) => revoker),
    part(DecideRoutes, ({ decideRoutes }) => decideRoutes),
    part(ForwardAuthRoutes, ({ forwardAuthRoutes }) => forwardAuthRoutes),
    part(OAuthRoutes, ({ oauthRoutes }) => oauthRoutes),
    part(KeysRoutes, ({ keysRoutes }) => keysRoutes),
    part(DecideLifecycle, (all) => new DecideLifecycle(all)),
  ],
  exports: [DecideService, TokenRevoker],
})
export class DecideModule {}
