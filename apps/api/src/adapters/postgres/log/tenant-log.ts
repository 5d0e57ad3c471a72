import type pg from 'pg';
import { UnavailableError } from '../../../platform/errors.js';
import { AppendQuery } from './append-query.js';
import { binaryAppendValues } from './append-sql.js';
import { GroupCommit, type GroupLimits, type TakeGroup } from './group-commit.js';
import { SharedConnection } from './shared-connection.js';

export interface TenantLogOptions extends GroupLimits {
  readonly tenantId: string;
  readonly pool: pg.Pool;
  /** Hears the size after a write of ours. */
  readonly announce: (size: number) => void;
}

interface Appended {
  readonly first: number;
  /** Of the log with these entries. */
  readonly size: number;
}

/** One tenant's log as this process writes it. */
export class TenantLog {
  private readonly group: GroupCommit;
  private readonly connection: SharedConnection;

  constructor(private readonly options: TenantLogOptions) {
    this.group = new GroupCommit((take) => this.write(take), options);
    this.connection = new SharedConnection(options.pool);
  }

  /** As GroupCommit.add. */
  append(entries: readonly string[]): Promise<number> {
    return this.group.add(entries);
  }

  /** Resolves when nothing waits and nothing is being written. */
  idle(): Promise<void> {
    return this.group.idle();
  }

  private async write(take: TakeGroup): Promise<number | undefined> {
    try {
      const appended = await this.connection.run((client) => this.writeOn(client, take));
      if (appended) this.options.announce(appended.size);
      return appended?.first;
    } catch (cause) {
      throw new UnavailableError('the log cannot be written now', { cause });
    }
  }

  /** One message and one transaction, however many others write to the same log; the next is sent before it is answered. */
  private async writeOn(client: pg.ClientBase, take: TakeGroup): Promise<Appended | undefined> {
    const segment = take();
    if (!segment) return undefined;
    const { tenantId, timeoutMs } = this.options;
    const values = binaryAppendValues(tenantId, segment);
    const first = await AppendQuery.run(client, values, timeoutMs);
    return { first, size: first + segment.count };
  }
}
