import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { EntityRef } from '@sallyport/contracts';
import { NotResident } from '@sallyport/policy';
import { Database } from '../../apps/api/src/adapters/postgres/database.js';
import { PostgresFactsSource } from '../../apps/api/src/adapters/postgres/registers/postgres-facts.js';
import { UnavailableError } from '../../apps/api/src/platform/errors.js';
import { PolicyLoader, PolicyRefusedError } from '../../apps/api/src/policies/policy-loader.js';
import { type TenantFacts, whenResident } from '../../apps/api/src/registers/facts.ports.js';
import { MemoryFactsRegister } from '../../apps/api/src/registers/memory-facts.js';
import type { Found, Wanted } from '../../apps/api/src/registers/partial/wanted.js';
import type { StoredFact } from '../../apps/api/src/registers/stored-fact.js';
import type { TenantRegister } from '../../apps/api/src/registers/tenant-register.js';
import { describeFactsRegister } from '../contract/facts-register.contract.js';
import { writeFacts } from '../contract/registers-rows.js';
import { acme, directive, entity, grant, user } from '../contract/registers-samples.js';
import { createDatabase, type TestDatabase } from '../support/postgres.js';

const MAX_ITEMS = 8;

/** More of everything than is held. */
const FILL = [
  `INSERT INTO entities (tenant_id, type, id, attrs, parents)
   SELECT 'acme', 'user', 'filler-' || n, '{}', '[{"type":"group","id":"engineering"}]' FROM generate_series(1, 20) AS n`,
  `INSERT INTO devices (tenant_id, id, owner, record, checked_at)
   SELECT 'acme', 'filler-' || n, 'filler-' || n, '{"source":"mdm"}', now() FROM generate_series(1, 20) AS n`,
  `INSERT INTO consents (tenant_id, id, patient, resource)
   SELECT 'acme', 'filler-' || n, 'Patient/filler-' || n, '{}' FROM generate_series(1, 20) AS n`,
  `INSERT INTO grants (tenant_id, id, request_id, subject_type, subject_id, role_type, role_id, starts_at, ends_at, state)
   SELECT 'acme', 'filler-' || n, 'r', 'user', 'filler-' || n, 'role', 'reader', now(), now() + interval '1 day', 'active' FROM generate_series(1, 20) AS n`,
  `INSERT INTO places (tenant_id, subject, place, observed_at)
   SELECT 'acme', '["user","filler-' || n || '"]', '{"country":"DE","atMs":1}', now() FROM generate_series(1, 20) AS n`,
];

class NoPolicies extends PolicyLoader {
  load(): never {
    throw new PolicyRefusedError('there is none');
  }

  loadReference(): never {
    throw new PolicyRefusedError('there is none');
  }
}

class CountingSource extends PostgresFactsSource {
  readonly searches: (readonly Wanted[])[] = [];
  isBroken = false;

  override find(tenantId: string, wanted: readonly Wanted[]): Promise<Found | undefined> {
    this.searches.push(wanted);
    return this.isBroken
      ? Promise.reject(new Error('the database is gone'))
      : super.find(tenantId, wanted);
  }
}

class Process {
  readonly database: Database;
  readonly source: CountingSource;
  readonly facts: MemoryFactsRegister;

  constructor(url: string, maxItems?: number, nowMs: () => number = Date.now) {
    this.database = new Database({ url, poolSize: 4 });
    this.source = new CountingSource(this.database, url);
    this.facts = new MemoryFactsRegister({
      source: this.source,
      policies: new NoPolicies(),
      clock: { nowMs },
      report: () => undefined,
      ...(maxItems === undefined ? {} : { maxItems }),
      pollEveryMs: 3_600_000,
    });
  }

  async write(...facts: StoredFact[]): Promise<void> {
    await this.database.rawTx('acme', (tx) => writeFacts(tx, facts));
  }

  async fill(): Promise<void> {
    await this.database.rawTx('acme', async (tx) => {
      for (const statement of FILL) await tx.query(statement);
    });
  }

  get tenant(): TenantFacts {
    const tenant = this.facts.tenant('acme');
    if (!tenant) throw new Error('acme is not loaded');
    return tenant;
  }

  read<T>(of: (facts: TenantFacts) => T): Promise<T> {
    return whenResident(() => of(this.tenant));
  }

  async close(): Promise<void> {
    await this.facts.stop();
    await this.database.close();
  }
}

describeFactsRegister('MemoryFactsRegister that holds a part', async (clock) => {
  const database = await createDatabase();
  const process = new Process(database.url, MAX_ITEMS, () => clock.nowMs);
  await process.facts.start();
  return {
    facts: process.facts,
    isPartial: true,
    write: async (tenantId, ...facts) => {
      const isNew = process.facts.tenant(tenantId) === undefined;
      await process.write(...facts);
      if (isNew) await process.fill();
      await process.facts.catchUp(tenantId);
    },
    close: async () => {
      await process.close();
      await database.drop();
    },
  };
});

describe('registers that are too large for memory', () => {
  let database: TestDatabase;
  const processes: Process[] = [];
  const open = async (maxItems?: number): Promise<Process> => {
    const process = new Process(database.url, maxItems);
    processes.push(process);
    await process.facts.start();
    return process;
  };
  beforeAll(async () => {
    database = await createDatabase();
    const process = new Process(database.url);
    await process.write(...acme(), grant('g1', 'active'));
    await process.fill();
    await process.close();
  });
  afterEach(async () => {
    for (const process of processes.splice(0)) await process.close();
  });
  afterAll(() => database.drop());

  it('say that something is not there to be read, never that it does not exist', async () => {
    const { tenant, source } = await open(MAX_ITEMS);
    for (const read of [
      () => tenant.entity(user('dana')),
      () => tenant.ancestorsOf(user('nobody')),
      () => tenant.device('laptop'),
      () => tenant.devicesOf('dana'),
      () => tenant.consentsOf('Patient/42'),
      () => tenant.grantsOf(user('dana')),
      () => tenant.place(user('dana')),
    ])
      expect(read).toThrow(NotResident);
    expect(source.searches).toEqual([]);
  });

  it('bring an entity with everything above it at once', async () => {
    const process = await open(MAX_ITEMS);
    expect(await process.read((facts) => facts.ancestorsOf(user('dana')))).toHaveLength(2);
    expect(process.source.searches).toHaveLength(1);
  });

  it('are asked once for what many miss in the same moment, and go on knowing what is absent', async () => {
    const process = await open(MAX_ITEMS);
    const read = () => process.read((facts) => facts.grantsOf(user('stranger')));
    const lists = await Promise.all(Array.from({ length: 200 }, read));
    expect(lists.every((list) => list.length === 0)).toBe(true);
    expect(await read()).toEqual([]);
    expect(process.source.searches).toHaveLength(1);
    await process.write({
      ...grant('g9', 'active'),
      value: { ...valueOf(grant('g9', 'active')), subject: user('stranger') },
    } as StoredFact);
    await process.facts.catchUp('acme');
    expect(process.source.searches).toHaveLength(1);
  });

  it('hear of a revocation of what they hold, from another process', async () => {
    const [writer, reader] = [await open(), await open(MAX_ITEMS)];
    const ids = () => reader.read((facts) => facts.grantsOf(user('dana')).map(({ id }) => id));
    await writer.write(grant('g2', 'active'));
    await reader.facts.catchUp('acme');
    expect((await ids()).sort()).toEqual(['g1', 'g2']);
    await writer.write(grant('g2', 'revoked'));
    await reader.facts.catchUp('acme');
    expect(reader.tenant.grantsOf(user('dana')).map(({ id }) => id)).toEqual(['g1']);
  });

  it('learn that what was absent came about', async () => {
    const process = await open(MAX_ITEMS);
    expect(await process.read((facts) => facts.entity(user('newcomer')))).toBeUndefined();
    await process.write(entity(user('newcomer'), { level: 1 }, []));
    await process.facts.catchUp('acme');
    expect(process.tenant.entity(user('newcomer'))?.attrs).toEqual({ level: 1 });
  });

  it('hold no more than they may, whatever they are asked', async () => {
    const process = await open(MAX_ITEMS);
    for (let n = 0; n < 200; n += 1) {
      await process.read((facts) => facts.entity(user(`stranger-${n}`)));
      await process.read((facts) => facts.device(`filler-${n % 20}`));
    }
    const { live } = process.tenant as TenantRegister;
    expect(live.largestSize).toBeLessThanOrEqual(MAX_ITEMS);
  });

  it('answer nothing when the database cannot be read, and everything when it can again', async () => {
    const process = await open(MAX_ITEMS);
    process.source.isBroken = true;
    const read = () => process.read((facts) => facts.consentsOf('Patient/42'));
    await expect(read()).rejects.toBeInstanceOf(UnavailableError);
    process.source.isBroken = false;
    expect(await read()).toHaveLength(1);
  });

  it('say at every moment what a whole register says, while both are changed and asked at random', async () => {
    const [writer, whole, part] = [await open(), await open(), await open(MAX_ITEMS)];
    const random = mulberry(7);
    const pick = (count: number) => Math.floor(random() * count);
    const person = () => user(`p${pick(6)}`);
    const change = (): StoredFact => {
      switch (pick(4)) {
        case 0: {
          const uid: EntityRef = pick(2) ? person() : { type: 'group', id: `g${pick(3)}` };
          if (pick(4) === 0) return { kind: 'entity', key: [uid.type, uid.id] };
          const parents =
            uid.type === 'user'
              ? [{ type: 'group', id: `g${pick(3)}` }]
              : [{ type: 'group', id: `h${pick(2)}` }];
          return entity(uid, { n: pick(1_000) }, parents);
        }
        case 1: {
          const id = `d${pick(5)}`;
          if (pick(4) === 0) return { kind: 'device', key: [id] };
          return {
            kind: 'device',
            key: [id],
            value: { deviceId: id, ownerId: person().id, checkedAtMs: pick(1_000), source: 'mdm' },
          };
        }
        case 2: {
          const id = `c${pick(5)}`;
          if (pick(4) === 0) return { kind: 'consent', key: [id] };
          return {
            kind: 'consent',
            key: [id],
            value: directive(id, pick(2) ? 'active' : 'inactive'),
          };
        }
        default: {
          const id = `w${pick(8)}`;
          const made = grant(id, pick(3) ? 'active' : 'revoked');
          return {
            ...made,
            value: { ...valueOf(made), subject: user(`p${id.slice(1)}`) },
          } as StoredFact;
        }
      }
    };
    const ofPerson = (n: number) => (facts: TenantFacts) => [
      facts.entity(user(`p${n}`)),
      facts.ancestorsOf(user(`p${n}`)),
      facts
        .grantsOf(user(`p${n}`))
        .map(({ id }) => id)
        .sort(),
      facts
        .devicesOf(`p${n}`)
        .map(({ deviceId }) => deviceId)
        .sort(),
      facts.device(`d${n}`),
    ];
    const consents = (facts: TenantFacts) =>
      facts
        .consentsOf('Patient/42')
        .map(({ id, status }) => [id, status])
        .sort();
    // One by one: together they do not fit.
    const views = [consents, ...Array.from({ length: 6 }, (_, n) => ofPerson(n))];
    const reads: ((facts: TenantFacts) => unknown)[] = [
      (facts) => facts.entity(person()),
      (facts) => facts.ancestorsOf(person()),
      (facts) => facts.grantsOf(person()),
      (facts) => facts.devicesOf(person().id),
      (facts) => facts.device(`d${pick(5)}`),
      (facts) => facts.consentsOf('Patient/42'),
    ];
    for (let round = 0; round < 60; round += 1) {
      const asked = Array.from({ length: 8 }, () => {
        const read = reads[pick(reads.length)] ?? consents;
        return part.read(read);
      });
      for (let n = 0; n < 3; n += 1) await writer.write(change());
      await Promise.all(asked);
      if (round % 3 !== 0) continue;
      await Promise.all([whole.facts.catchUp('acme'), part.facts.catchUp('acme')]);
      for (const view of views) expect(await part.read(view)).toEqual(view(whole.tenant));
    }
  }, 60_000);
});

function valueOf(fact: StoredFact) {
  if (fact.kind !== 'grant' || !fact.value) throw new Error('no grant');
  return fact.value;
}

/** A small seeded generator, so that a failure can be had again. */
function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
