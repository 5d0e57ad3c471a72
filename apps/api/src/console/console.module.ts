import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { GraphQLModule } from '@nestjs/graphql';
import { MercuriusDriver, type MercuriusDriverConfig } from '@nestjs/mercurius';
import { Clock } from '../platform/clock.js';
import { FaultReporter } from '../platform/fault-reporter.js';
import { FactsRegister } from '../registers/facts.ports.js';
import { ApiTokenStore } from './api-tokens.ports.js';
import { ApiTokenService } from './api-tokens.service.js';
import { AuthRoutes } from './auth.routes.js';
import { ConsoleOptions } from './console-options.js';
import { ConsoleResolver } from './console.resolver.js';
import { graphqlOptions } from './graphql-options.js';
import { LiveSockets } from './live-sockets.js';
import { PermissionGuard } from './requires.js';
import { SessionStore } from './session-store.ports.js';
import { SignInStates } from './sign-in-state.js';
import { SignInService } from './sign-in.service.js';

@Module({
  providers: [
    {
      provide: LiveSockets,
      inject: [SessionStore],
      useFactory: (sessions: SessionStore) => {
        const sockets = new LiveSockets();
        sessions.onEnd((sessionHash) => sockets.closeSession(sessionHash));
        return sockets;
      },
    },
  ],
  exports: [LiveSockets],
})
class LiveSocketsModule {}

/** Nest wiring alone. SessionStore, ApiTokenStore and ConsoleOptions are bound in app.module.ts. */
@Module({
  imports: [
    GraphQLModule.forRootAsync<MercuriusDriverConfig>({
      driver: MercuriusDriver,
      imports: [LiveSocketsModule],
      inject: [ConsoleOptions, LiveSockets, Clock, FaultReporter],
      useFactory: (
        options: ConsoleOptions,
        sockets: LiveSockets,
        clock: Clock,
        faults: FaultReporter,
      ) =>
        graphqlOptions({
          origin: new URL(options.publicUrl).origin,
          sockets,
          clock,
          report: (error) => faults.report('graphql-failed', error),
        }),
    }),
  ],
  providers: [
    { provide: APP_GUARD, useClass: PermissionGuard },
    {
      provide: ApiTokenService,
      inject: [ApiTokenStore, FactsRegister, Clock],
      useFactory: (...parts: ConstructorParameters<typeof ApiTokenService>) =>
        new ApiTokenService(...parts),
    },
    {
      provide: SignInService,
      inject: [FactsRegister, SessionStore, ConsoleOptions],
      useFactory: (facts: FactsRegister, sessions: SessionStore, options: ConsoleOptions) =>
        new SignInService(facts, sessions, new SignInStates(options.masterKey), options),
    },
    {
      provide: AuthRoutes,
      inject: [SignInService, SessionStore, ConsoleOptions],
      useFactory: (signIn: SignInService, sessions: SessionStore, options: ConsoleOptions) =>
        new AuthRoutes(signIn, sessions, {
          secureCookies: options.publicUrl.startsWith('https:'),
          listTenants: options.environment === 'development',
        }),
    },
    ConsoleResolver,
  ],
  exports: [AuthRoutes],
})
export class ConsoleModule {}
