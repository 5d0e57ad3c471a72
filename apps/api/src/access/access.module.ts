import { Module } from '@nestjs/common';
import { DecideModule, DecideService, TokenRevoker } from '../decide/index.js';
import { Clock } from '../platform/clock.js';
import { FactsRegister } from '../registers/facts.ports.js';
import { AccessPresenter } from './access-presenter.js';
import { AccessStore, EffectPreviewer, GrantTokens, Reminders } from './access.ports.js';
import { AccessResolver } from './access.resolver.js';
import { AccessService } from './access.service.js';
import { PolicyEffectPreviewer } from './effect-previewer.js';
import { ExpiryService } from './expiry.service.js';
import { LiveResolver } from './live.resolver.js';
import { RequestPresenter } from './request-presenter.js';

/** Nest wiring alone. AccessStore and Reminders are bound in app.module.ts. */
@Module({
  imports: [DecideModule],
  providers: [
    { provide: GrantTokens, useExisting: TokenRevoker },
    {
      provide: EffectPreviewer,
      inject: [DecideService, FactsRegister, Clock],
      useFactory: (decide: DecideService, facts: FactsRegister, clock: Clock) =>
        new PolicyEffectPreviewer(decide, facts, clock),
    },
    {
      provide: AccessService,
      inject: [AccessStore, FactsRegister, Reminders, GrantTokens, Clock],
      useFactory: (...parts: ConstructorParameters<typeof AccessService>) =>
        new AccessService(...parts),
    },
    {
      provide: ExpiryService,
      inject: [AccessStore, GrantTokens, Clock],
      useFactory: (...parts: ConstructorParameters<typeof ExpiryService>) =>
        new ExpiryService(...parts),
    },
    {
      provide: AccessPresenter,
      inject: [AccessService, Clock],
      useFactory: (access: AccessService, clock: Clock) => new AccessPresenter(access, clock),
    },
    {
      provide: RequestPresenter,
      inject: [AccessService, AccessPresenter, Clock],
      useFactory: (...parts: ConstructorParameters<typeof RequestPresenter>) =>
        new RequestPresenter(...parts),
    },
    AccessResolver,
    LiveResolver,
  ],
  exports: [ExpiryService],
})
export class AccessModule {}
