import {
  Args,
  Context,
  ID,
  Int,
  Parent,
  Query,
  ResolveField,
  Resolver,
  Subscription,
} from '@nestjs/graphql';
import { type GraphQLContext, Requires } from '../console/index.js';
import { BadRequestError, UnprocessableError } from '../platform/errors.js';
import { liveEvents } from '../platform/live-events.js';
import { LogGrowthFeed } from './entry-index.ports.js';
import { readFilter } from './evidence.query.js';
import { type EntryNode, type EntryPageNode, presentEntry, scopeOf } from './evidence.presenter.js';
import { DEFAULT_PAGE, EvidenceService, MAX_PAGE } from './evidence.service.js';
import {
  CheckpointType,
  EntryFilterInput,
  EntryPageType,
  EntryProofType,
  EntryType,
  LogGrowth,
} from './evidence.types.js';
import { atMostEvery } from './at-most-every.js';
import { LogKeys } from './log-keys.js';
import { PublicLog } from './public-log.js';

/** A screen that follows a busy log looks again this often at most. */
const GROWTH_INTERVAL_MS = 250;

/** The log in the console. */
@Resolver(() => EntryType)
export class EvidenceResolver {
  constructor(
    private readonly evidence: EvidenceService,
    private readonly log: PublicLog,
    private readonly keys: LogKeys,
    private readonly growth: LogGrowthFeed,
  ) {}

  @Query(() => EntryPageType, {
    description:
      'The log, newest first; auditors and admins see everything, others entries that concern them.',
  })
  @Requires('member')
  async entries(
    @Context() context: GraphQLContext,
    @Args('filter', { type: () => EntryFilterInput, nullable: true }) input?: EntryFilterInput,
    @Args('first', { type: () => Int, nullable: true, defaultValue: DEFAULT_PAGE }) first?: number,
    @Args('after', { type: () => String, nullable: true }) after?: string,
  ): Promise<EntryPageNode> {
    const filter = readFilter(input ?? {});
    const limit = first ?? DEFAULT_PAGE;
    if (limit < 1 || limit > MAX_PAGE) {
      throw new BadRequestError(`first: a whole number from 1 to ${MAX_PAGE}`, { field: 'first' });
    }
    const page = await this.evidence.search(context.viewer.tenantId, {
      filter,
      scope: scopeOf(context),
      limit,
      after: after ?? undefined,
    });
    const nodes = page.entries.map((view) => presentEntry(view));
    return { nodes, filter, ...(page.nextCursor ? { nextCursor: page.nextCursor } : {}) };
  }

  @Query(() => EntryType, { nullable: true })
  @Requires('member')
  async entry(
    @Context() context: GraphQLContext,
    @Args('id', { type: () => ID }) id: string,
  ): Promise<EntryNode | undefined> {
    const view = await this.evidence.find(context.viewer.tenantId, id, scopeOf(context));
    return view && presentEntry(view, true);
  }

  @ResolveField(() => [EntryType])
  async related(
    @Parent() { view, tellsStory }: EntryNode,
    @Context() context: GraphQLContext,
  ): Promise<EntryNode[]> {
    if (!tellsStory) {
      throw new UnprocessableError('related: is answered only for an entry asked for by its id');
    }
    const { tenantId } = context.viewer;
    const views = await this.evidence.related(tenantId, view.record, scopeOf(context));
    return views.map((related) => presentEntry(related));
  }

  @Query(() => EntryProofType, {
    nullable: true,
    description:
      'Inclusion proof as a .tlog-proof text plus the exact logged bytes (base64); null until a checkpoint covers the entry.',
  })
  @Requires('member')
  async entryProof(
    @Context() context: GraphQLContext,
    @Args('id', { type: () => ID }) id: string,
  ): Promise<EntryProofType | undefined> {
    const proof = await this.evidence.prove(context.viewer.tenantId, id, scopeOf(context));
    return proof && { ...proof, entry: Buffer.from(proof.entry).toString('base64') };
  }

  @Query(() => CheckpointType, { nullable: true })
  @Requires('member')
  async checkpoint(@Context() { viewer }: GraphQLContext): Promise<CheckpointType | undefined> {
    const { size: logSize, checkpoint } = await this.log.state(viewer.tenantId);
    if (!checkpoint) return undefined;
    const { size, root, note, signedAt } = checkpoint;
    const source = await this.keys.behind(viewer.tenantId, note);
    return { ...source, size, root: Buffer.from(root).toString('hex'), note, signedAt, logSize };
  }

  // A count and nothing else: which entries a person may see is judged when the screen asks for them.
  @Subscription(() => LogGrowth, {
    description: 'New log entries since the last event: a count, not the entries.',
  })
  @Requires('member')
  logGrew(@Context() { viewer }: GraphQLContext): AsyncIterableIterator<{ logGrew: LogGrowth }> {
    return liveEvents((push) => {
      const show = atMostEvery(GROWTH_INTERVAL_MS, (size: number) => push({ logGrew: { size } }));
      const unsubscribe = this.growth.onGrowth((tenantId, size) => {
        if (tenantId === viewer.tenantId) show.call(size);
      });
      return () => {
        show.cancel();
        unsubscribe();
      };
    });
  }
}

/** What a page is part of: the number of all entries that fit, and how far the search has come. */
@Resolver(() => EntryPageType)
export class EntryPageResolver {
  constructor(private readonly evidence: EvidenceService) {}

  @ResolveField(() => Int, { nullable: true })
  async total(
    @Parent() { filter }: EntryPageNode,
    @Context() context: GraphQLContext,
  ): Promise<number | undefined> {
    return this.evidence.count(context.viewer.tenantId, filter, scopeOf(context));
  }

  @ResolveField(() => Int, {
    description:
      'The newest entries of the log that the search does not hold yet, whatever the filter.',
  })
  async behind(@Context() { viewer }: GraphQLContext): Promise<number> {
    return this.evidence.searchLag(viewer.tenantId);
  }
}
