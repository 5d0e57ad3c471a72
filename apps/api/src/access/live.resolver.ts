import { Args, Context, ID, Int, Query, Resolver, Subscription } from '@nestjs/graphql';
import { approvalEffect } from '@sallyport/grants';
import { ChangeEvent, type GraphQLContext, Requires } from '../console/index.js';
import { Clock } from '../platform/clock.js';
import { liveEvents } from '../platform/live-events.js';
import { type FactChange, FactsRegister } from '../registers/facts.ports.js';
import { EffectPreviewer } from './access.ports.js';
import { AccessService } from './access.service.js';
import { EffectPreviewType } from './access.types.js';

/** What moves while a screen is open: changes, and the effect of an approval computed at this moment. */
@Resolver()
export class LiveResolver {
  constructor(
    private readonly access: AccessService,
    private readonly previewer: EffectPreviewer,
    private readonly facts: FactsRegister,
    private readonly clock: Clock,
  ) {}

  @Query(() => EffectPreviewType, {
    description:
      'What approving would allow: permits that are denied today, by the live policy, at this moment.',
  })
  @Requires('member')
  async effectPreview(
    @Context() { viewer }: GraphQLContext,
    @Args('requestId', { type: () => ID }) requestId: string,
    @Args('durationSeconds', { type: () => Int, nullable: true }) durationSeconds?: number,
  ): Promise<EffectPreviewType> {
    const request = await this.access.visibleRequest(viewer, requestId);
    const rule = await this.access.pinnedRule(viewer.tenantId, request);
    const effect = approvalEffect(request, rule, durationSeconds ?? undefined, this.clock.nowMs());
    const subject = { type: request.requesterType, id: request.requesterId };
    const preview = await this.previewer.preview(
      viewer.tenantId,
      subject,
      effect.role,
      effect.endsAtMs,
    );
    return {
      computedAt: new Date(preview.computedAtMs),
      permitsToday: preview.permitsToday,
      permitsAfter: preview.permitsAfter,
      newlyPermitted: preview.newlyPermitted.map((sample) => ({
        ...sample,
        resource: { ...sample.resource },
      })),
      conditions: [...preview.conditions],
      complete: preview.complete,
    };
  }

  // Events carry an id and nothing else: whether the person may see what is behind it is judged when the screen asks.
  @Subscription(() => ChangeEvent)
  @Requires('member')
  accessRequestChanged(
    @Context() { viewer }: GraphQLContext,
  ): AsyncIterableIterator<{ accessRequestChanged: ChangeEvent }> {
    return this.changes(viewer.tenantId, 'request', (event) => ({ accessRequestChanged: event }));
  }

  @Subscription(() => ChangeEvent)
  @Requires('member')
  grantChanged(
    @Context() { viewer }: GraphQLContext,
  ): AsyncIterableIterator<{ grantChanged: ChangeEvent }> {
    return this.changes(viewer.tenantId, 'grant', (event) => ({ grantChanged: event }));
  }

  private changes<T>(
    tenantId: string,
    kind: FactChange['kind'],
    present: (event: ChangeEvent) => T,
  ): AsyncIterableIterator<T> {
    return liveEvents<T>((push) =>
      this.facts.onChange((change) => {
        if (change.tenantId !== tenantId || change.kind !== kind) return;
        push(
          present({ id: change.key[0] ?? '', version: this.facts.tenant(tenantId)?.version ?? 0 }),
        );
      }),
    );
  }
}
