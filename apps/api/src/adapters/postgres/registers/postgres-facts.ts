import type { EntityRef } from '@sallyport/contracts';
import type { Place } from '@sallyport/risk';
import {
  FactsSource,
  type ChangesSince,
  type FeedListener,
  type LoadSink,
} from '../../../registers/facts-source.ports.js';
import { refKey } from '@sallyport/policy';
import type { Found, Wanted } from '../../../registers/partial/wanted.js';
import type { Database } from '../database.js';
import { PostgresFeedListener } from './feed-listener.js';
import { factTables } from './fact-tables.js';
import { readChanged, type ChangedKey } from './read-changed.js';
import { readPages, readTooLarge } from './read-pages.js';
import { readWanted } from './read-wanted.js';
import { readSnapshot, type Snapshot } from './snapshot.js';
import { tenantFact } from './fact-rows.js';

const FIRST_KEYS = 1_000;

/** Facts in Postgres: every read is one snapshot, every change is announced by the feed trigger's NOTIFY. */
export class PostgresFactsSource extends FactsSource {
  private feed: PostgresFeedListener | undefined;

  constructor(
    private readonly database: Database,
    private readonly url: string,
  ) {
    super();
  }

  versions(): Promise<{ id: string; version: number }[]> {
    return this.database.tenantVersions();
  }

  load(tenantId: string, sink: LoadSink): Promise<number | undefined> {
    return readSnapshot(this.database, tenantId, async (snapshot) => {
      const [head] = await snapshot.query<Tenant>(READ_TENANT, [tenantId]);
      if (!head) return undefined;
      const { maxItems } = sink;
      const tooLarge = maxItems === undefined ? undefined : await readTooLarge(snapshot, maxItems);
      if (tooLarge) sink.begin?.(tooLarge);
      sink.page([tenantFact(head.settings)]);
      await readPages(snapshot, (facts) => sink.page(facts), tooLarge);
      return Number(head.version);
    });
  }

  find(tenantId: string, wanted: readonly Wanted[]): Promise<Found | undefined> {
    return readSnapshot(this.database, tenantId, async (snapshot) => {
      const [head] = await snapshot.query<Pick<Tenant, 'version'>>(READ_VERSION, [tenantId]);
      if (!head) return undefined;
      return { version: Number(head.version), facts: await readWanted(snapshot, wanted) };
    });
  }

  changesSince(tenantId: string, version: number, maxChanges: number): Promise<ChangesSince> {
    return readSnapshot(this.database, tenantId, async (snapshot): Promise<ChangesSince> => {
      const [head] = await snapshot.query<Head>(READ_HEAD, [tenantId, version, FIRST_KEYS + 1]);
      if (!head) return { kind: 'gone' };
      const now = Number(head.version);
      if (now === version)
        return { kind: 'changes', version, facts: [], requests: [], revokedTokens: [] };
      // A version that the feed does not name was pruned, or the database was put back to an older state.
      if (!head.reaches) return { kind: 'reload' };
      const isMany = head.keys.length > FIRST_KEYS;
      const keys = isMany ? await readKeys(snapshot, version, maxChanges + 1) : head.keys;
      if (keys.length > maxChanges) return { kind: 'reload' };
      const facts = await readChanged(snapshot, keys);
      return {
        kind: 'changes',
        version: now,
        facts: head.settings === null ? facts : [tenantFact(head.settings), ...facts],
        requests: idsOf(keys, 'request'),
        revokedTokens: idsOf(keys, 'token'),
      };
    });
  }

  endedSince(
    tenantId: string,
    version: number,
  ): Promise<{ version: number; grantIds: string[] } | undefined> {
    return readSnapshot(this.database, tenantId, async ({ query }) => {
      const [ended] = await query<{ version: bigint; ids: string[] }>(READ_ENDED, [
        tenantId,
        version,
      ]);
      return ended && { version: Number(ended.version), grantIds: ended.ids };
    });
  }

  async listen(listener: FeedListener): Promise<() => Promise<void>> {
    const feed = new PostgresFeedListener(this.url, listener);
    await feed.connect();
    this.feed = feed;
    return () => feed.close();
  }

  keepListening(): void {
    this.feed?.ping();
  }

  async savePlaces(
    tenantId: string,
    places: readonly { readonly subject: EntityRef; readonly place: Place }[],
  ): Promise<void> {
    // One order for everybody: two processes that write the same subjects must not wait for each other in a ring.
    const rows = places
      .map(({ subject, place }) => ({ subject: refKey(subject), place }))
      .sort((a, b) => (a.subject < b.subject ? -1 : 1));
    await this.database.rawTx(tenantId, (tx) =>
      tx.query(SAVE_PLACES, [tenantId, JSON.stringify(rows)]),
    );
  }

  async prune(tenantId: string): Promise<void> {
    await this.database.rawTx(tenantId, (tx) => tx.query(PRUNE, [tenantId]));
  }
}

interface Tenant {
  readonly version: bigint;
  readonly settings: unknown;
}

/** `settings` is null where they did not change. */
interface Head extends Tenant {
  readonly reaches: boolean;
  readonly keys: readonly ChangedKey[];
}

function readKeys(
  { tenantId, query }: Snapshot,
  version: number,
  limit: number,
): Promise<ChangedKey[]> {
  return query<ChangedKey>(READ_KEYS, [tenantId, version, Math.ceil(limit)]);
}

const READ_VERSION = 'SELECT version FROM tenants WHERE id = $1';
const READ_TENANT = 'SELECT version, settings FROM tenants WHERE id = $1';

// The usual change is one row: where it stands and what it is come in one answer.
const READ_HEAD = `
  SELECT version,
    EXISTS (SELECT FROM feed_changes WHERE tenant_id = $1 AND version = $2::bigint + 1) AS reaches,
    coalesce((SELECT json_agg(changes) FROM (
      SELECT kind, key FROM feed_changes WHERE tenant_id = $1 AND version > $2
      GROUP BY kind, key ORDER BY min(version) LIMIT $3) AS changes), '[]') AS keys,
    CASE WHEN EXISTS (SELECT FROM feed_changes WHERE tenant_id = $1 AND version > $2 AND kind = 'tenant')
      THEN settings END AS settings
  FROM tenants WHERE id = $1`;

const READ_ENDED = `
  SELECT version, ARRAY(
    SELECT DISTINCT key::jsonb->>0 FROM feed_changes AS changed
    WHERE tenant_id = $1 AND version > $2 AND kind = 'grant' AND NOT EXISTS (
      SELECT FROM grants WHERE tenant_id = $1 AND id = changed.key::jsonb->>0 AND ${factTables.grant.current})
  ) AS ids
  FROM tenants WHERE id = $1`;

const READ_KEYS = `
  SELECT kind, key FROM feed_changes WHERE tenant_id = $1 AND version > $2
  GROUP BY kind, key ORDER BY min(version) LIMIT $3`;

const SAVE_PLACES = `
  INSERT INTO places (tenant_id, subject, place, observed_at)
  SELECT $1, subject, place, to_timestamp((place->>'atMs')::float8 / 1000)
  FROM jsonb_to_recordset($2) AS seen (subject text, place jsonb)
  ON CONFLICT (tenant_id, subject) DO UPDATE
  SET place = EXCLUDED.place, observed_at = EXCLUDED.observed_at
  WHERE places.observed_at < EXCLUDED.observed_at`;

const PRUNE = `
  DELETE FROM feed_changes WHERE tenant_id = $1 AND changed_at < now() - interval '1 hour'`;

/** Keys of what changed but is no fact. */
function idsOf(keys: readonly ChangedKey[], wanted: 'request' | 'token'): string[] {
  return keys.flatMap(({ kind, key }) => (kind === wanted ? (JSON.parse(key) as string[]) : []));
}
