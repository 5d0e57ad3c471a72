import type { CompactRange } from '@sallyport/audit';
import type pg from 'pg';
import { UnavailableError } from '../../../platform/errors.js';
import { GroupCommit, type GroupLimits, type TakeGroup } from './group-commit.js';
import type { OpenSegment } from './open-segment.js';
import { WriteSession } from './write-session.js';

export interface TenantLogOptions extends GroupLimits {
  readonly tenantId: string;
  readonly pool: pg.Pool;
  /** Hears the size after a write of ours. */
  readonly announce: (size: number) => void;
}

interface Committed {
  readonly before: CompactRange;
  readonly after: CompactRange;
}

/** One tenant's log as this process writes it: the group that waits, and what is remembered of the tree. */
export class TenantLog {
  private readonly group: GroupCommit;
  /** The tree after our last write; only a guess until the database has compared it. */
  private known: CompactRange | undefined;
  /** Whether nobody else wrote between our last two writes, so that the guess is worth a try. */
  private alone = true;

  constructor(private readonly options: TenantLogOptions) {
    this.group = new GroupCommit((take) => this.write(take), options);
  }

  /** As GroupCommit.add. */
  append(entries: readonly Uint8Array[]): Promise<number> {
    return this.group.add(entries);
  }

  /** Resolves when nothing waits and nothing is being written. */
  idle(): Promise<void> {
    return this.group.idle();
  }

  private async write(take: TakeGroup): Promise<number> {
    const { pool, tenantId, announce } = this.options;
    const guess = this.known;
    // INVARIANT: what we remember is what we saw committed. Any failure, a lost COMMIT above all, leaves nothing remembered.
    this.known = undefined;
    try {
      const { before, after } = await WriteSession.run(pool, tenantId, (session) =>
        this.commit(session, guess, take),
      );
      this.known = after;
      if (after.size > before.size) announce(after.size);
      return before.size;
    } catch (cause) {
      throw new UnavailableError('the log cannot be written now', { cause });
    }
  }

  /**
   * One message when this process is the tenant's only writer. Where several write, the row lock comes first and the group
   * is closed under it: what arrived while others held the lock goes along, so that waiting makes groups larger.
   */
  private async commit(
    session: WriteSession,
    guess: CompactRange | undefined,
    take: TakeGroup,
  ): Promise<Committed> {
    let taken: OpenSegment | undefined;
    if (guess && this.alone) {
      taken = take();
      const after = taken ? await session.extendFrom(guess, taken) : guess;
      if (after) return { before: guess, after };
    }
    const before = await session.lockHead();
    this.alone = guess === undefined || guess.size === before.size;
    const segment = taken ?? take();
    if (segment) return { before, after: await session.extendLocked(before, segment) };
    await session.unlockHead();
    return { before, after: before };
  }
}
