import type { CompactRange } from '@sallyport/audit';
import type pg from 'pg';
import { UnavailableError } from '../../../platform/errors.js';
import { GroupCommit, type GroupLimits, type TakeGroup } from './group-commit.js';
import type { OpenSegment } from './open-segment.js';
import { SharedConnection } from './shared-connection.js';
import type { WriteSession } from './write-session.js';

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
  private readonly connection: SharedConnection;
  /** The tree after the last write that was sent: a guess, which the database compares with the head. */
  private known: CompactRange | undefined;
  /** Whether nobody else wrote between our last two writes, so that the guess is worth a try. */
  private alone = true;
  /** Resolves, never rejects, when the last write that was begun is over. */
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: TenantLogOptions) {
    this.group = new GroupCommit((take) => this.write(take), options);
    this.connection = new SharedConnection(options.pool, options.tenantId);
  }

  /** As GroupCommit.add. */
  append(entries: readonly Uint8Array[]): Promise<number> {
    return this.group.add(entries);
  }

  /** Resolves when nothing waits and nothing is being written. */
  idle(): Promise<void> {
    return this.group.idle();
  }

  private write(take: TakeGroup): Promise<number> {
    const before = this.last;
    const writing = this.writeAfter(before, take);
    this.last = writing.catch(() => undefined);
    return writing;
  }

  private async writeAfter(earlier: Promise<unknown>, take: TakeGroup): Promise<number> {
    try {
      if (!this.mayFollow()) await earlier;
      const { before, after } = await this.connection.run((session) =>
        this.commit(session, earlier, take),
      );
      if (after.size > before.size) this.options.announce(after.size);
      return before.size;
    } catch (cause) {
      // INVARIANT: after a failure, a lost COMMIT above all, nothing is remembered.
      this.known = undefined;
      throw new UnavailableError('the log cannot be written now', { cause });
    }
  }

  private mayFollow(): boolean {
    return this.alone && this.known !== undefined;
  }

  /**
   * One message when this process is the tenant's only writer, and the next may be sent before it is answered. Where several
   * write, or the guess was wrong, the row lock comes first and the group is closed under it: what arrived while others held
   * the lock goes along, so that waiting makes groups larger.
   */
  private async commit(
    session: WriteSession,
    earlier: Promise<unknown>,
    take: TakeGroup,
  ): Promise<Committed> {
    const guess = this.known;
    let taken: OpenSegment | undefined;
    if (guess && this.alone) {
      taken = take();
      if (!taken) return { before: guess, after: guess };
      // INVARIANT: from the look at the guess until the message is sent nothing is awaited.
      const after = (this.known = taken.extend(guess));
      if (await session.extendFrom(guess, after, taken)) return { before: guess, after };
    }
    // INVARIANT: nobody sends anything between BEGIN and COMMIT: those before us are done, those after us have no guess.
    await earlier;
    this.known = undefined;
    const committed = await this.commitLocked(session, taken, take);
    this.alone = guess === undefined || guess.size === committed.before.size;
    this.known = committed.after;
    return committed;
  }

  private async commitLocked(
    session: WriteSession,
    taken: OpenSegment | undefined,
    take: TakeGroup,
  ): Promise<Committed> {
    const before = await session.lockHead();
    const segment = taken ?? take();
    if (segment) return { before, after: await session.extendLocked(before, segment) };
    await session.unlockHead();
    return { before, after: before };
  }
}
