import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '../../apps/api/src/adapters/postgres/database.js';
import { PostgresFactsSource } from '../../apps/api/src/adapters/postgres/registers/postgres-facts.js';
import { PolicyLoader, PolicyRefusedError } from '../../apps/api/src/policies/policy-loader.js';
import type { ChangesSince } from '../../apps/api/src/registers/facts-source.ports.js';
import type { TenantFacts } from '../../apps/api/src/registers/facts.ports.js';
import { MemoryFactsRegister } from '../../apps/api/src/registers/memory-facts.js';
import { writeFacts } from '../contract/registers-rows.js';
import { acme, grant, user } from '../contract/registers-samples.js';
import { until } from '../support/eventually.js';
import { createDatabase, type TestDatabase } from '../support/postgres.js';

const MANY = 15_000;

class NoPolicies extends PolicyLoader {
  load(): never {
    throw new PolicyRefusedError('there is none');
  }

  loadReference(): never {
    throw new PolicyRefusedError('there is none');
  }
}

/** Hands changes over only when it is let. */
class HeldSource extends PostgresFactsSource {
  private gate: Promise<void> = Promise.resolve();
  release: () => void = () => undefined;

  hold(): void {
    this.gate = new Promise((resolve) => (this.release = resolve));
  }

  override async changesSince(
    ...args: Parameters<PostgresFactsSource['changesSince']>
  ): Promise<ChangesSince> {
    const changes = await super.changesSince(...args);
    await this.gate;
    return changes;
  }
}

describe('changes that take their time', () => {
  let created: TestDatabase;
  let database: Database;
  let source: HeldSource;
  let facts: MemoryFactsRegister;
  beforeAll(async () => {
    created = await createDatabase();
    database = new Database({ url: created.url, poolSize: 4 });
    await database.rawTx('acme', async (tx) => {
      await writeFacts(tx, acme());
      await tx.query(
        `INSERT INTO entities (tenant_id, type, id, attrs, parents)
         SELECT 'acme', 'record', n::text, '{"turn":0}', '[{"type":"folder","id":"0"}]' FROM generate_series(1, $1::int) AS n`,
        [MANY],
      );
      await tx.query(
        `INSERT INTO devices (tenant_id, id, owner, record, checked_at)
         SELECT 'acme', n::text, 'owner-0', '{"source":"turn-0"}', now() FROM generate_series(1, 500) AS n`,
      );
    });
    source = new HeldSource(database, created.url);
    facts = new MemoryFactsRegister({
      source,
      policies: new NoPolicies(),
      clock: { nowMs: () => Date.now() },
      report: () => undefined,
    });
    await facts.start();
  });
  afterEach(() => source.release());
  afterAll(async () => {
    await facts.stop();
    await database.close();
    await created.drop();
  });

  const tenant = (): TenantFacts => {
    const found = facts.tenant('acme');
    if (!found) throw new Error('acme is not loaded');
    return found;
  };
  const grantIds = () =>
    tenant()
      .grantsOf(user('dana'))
      .map(({ id }) => id);

  it('come into force in one moment, whoever looks where meanwhile', async () => {
    const before = tenant();
    const turnOf = (n: number) => [
      tenant().entity({ type: 'record', id: String(n) })?.attrs['turn'],
      Number(tenant().ancestorsOf({ type: 'record', id: String(n) })[0]?.id),
      Number(
        tenant()
          .device(String(1 + (n % 500)))
          ?.source.slice(5),
      ),
    ];
    const torn: unknown[] = [];
    const seen = new Set<unknown>();
    let isOver = false;
    const looking = (async () => {
      // One look more after the last turn: it may have come between two looks.
      for (let n = 1, isLast = false; !isLast; n = (n * 31) % MANY) {
        isLast = isOver;
        const turns = [...turnOf(n), ...turnOf(1 + ((n * 7) % MANY))];
        seen.add(turns[0]);
        if (turns.some((turn) => turn !== turns[0])) torn.push(turns);
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    for (let turn = 1; turn <= 2; turn += 1) {
      await database.rawTx('acme', async (tx) => {
        await tx.query('UPDATE entities SET attrs = $1, parents = $2 WHERE type = $3', [
          JSON.stringify({ turn }),
          JSON.stringify([{ type: 'folder', id: String(turn) }]),
          'record',
        ]);
        await tx.query('UPDATE devices SET owner = $1, record = $2 WHERE id <> $3', [
          `owner-${turn}`,
          JSON.stringify({ source: `turn-${turn}` }),
          'laptop',
        ]);
      });
      await facts.catchUp('acme');
      expect(turnOf(1)).toEqual([turn, turn, turn]);
    }
    isOver = true;
    await looking;
    expect(torn).toEqual([]);
    expect([...seen]).toEqual([0, 1, 2]);
    expect(tenant()).toBe(before);
    expect(tenant().devicesOf('owner-1')).toEqual([]);
    expect(tenant().devicesOf('owner-2')).toHaveLength(500);
    expect(tenant().membersOf({ type: 'folder', id: '2' })).toHaveLength(MANY);
  });

  it('hold no revocation up that comes behind them, and do not undo it', async () => {
    source.hold();
    await database.rawTx('acme', (tx) => writeFacts(tx, [grant('g1', 'active')]));
    // What was read before the revocation says that the grant is there.
    await new Promise((resolve) => setTimeout(resolve, 100));
    source.release();
    await until(() => grantIds().includes('g1'), 10_000);
    source.hold();
    await database.rawTx('acme', (tx) => writeFacts(tx, [grant('g2', 'active')]));
    await new Promise((resolve) => setTimeout(resolve, 100));
    await database.rawTx('acme', (tx) => writeFacts(tx, [grant('g1', 'revoked')]));
    await database.rawTx('acme', (tx) => writeFacts(tx, [grant('g2', 'revoked')]));
    await until(() => grantIds().length === 0, 10_000);
    const held = new Set<string>();
    const unsubscribe = facts.onChange(() => grantIds().forEach((id) => held.add(id)));
    source.release();
    await facts.catchUp('acme');
    unsubscribe();
    expect([...held]).toEqual([]);
    expect(grantIds()).toEqual([]);
  });
});
