import { Context, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { AccessRequestType } from '../access/access.types.js';
import type { GraphQLContext } from '../console/index.js';
import { type EntryNode, presentEntry } from './evidence.presenter.js';
import { EvidenceService } from './evidence.service.js';
import { EntryType } from './evidence.types.js';

/** What the log holds of an access request. */
@Resolver(() => AccessRequestType)
export class AccessHistoryResolver {
  constructor(private readonly evidence: EvidenceService) {}

  // Whoever may see a request may see what became of it: the access service has judged the request itself.
  @ResolveField(() => [EntryType])
  async history(
    @Parent() { id }: AccessRequestType,
    @Context() { viewer }: GraphQLContext,
  ): Promise<EntryNode[]> {
    const views = await this.evidence.historyOfRequest(viewer.tenantId, id);
    return views.map((view) => presentEntry(view));
  }
}
