import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { JsonObject } from '@sallyport/contracts';
import { Database } from '../../apps/api/src/adapters/postgres/database.js';
import { PostgresFactsSource } from '../../apps/api/src/adapters/postgres/registers/postgres-facts.js';
import { consentDirectiveOf } from '../../apps/api/src/registers/consent-directive-of.js';
import { postureRecordOf } from '../../apps/api/src/registers/posture-record-of.js';
import type { StoredFact } from '../../apps/api/src/registers/stored-fact.js';
import { writeFacts } from '../contract/registers-rows.js';
import { acme, consentResource } from '../contract/registers-samples.js';
import { createDatabase, type TestDatabase } from '../support/postgres.js';

let created: TestDatabase;
let database: Database;
beforeAll(async () => {
  created = await createDatabase();
  database = new Database({ url: created.url, poolSize: 2 });
  await database.rawTx('acme', (tx) => writeFacts(tx, acme()));
});
afterAll(async () => {
  await database.close();
  await created.drop();
});

async function loaded(kind: StoredFact['kind']): Promise<Map<string, unknown>> {
  const found = new Map<string, unknown>();
  await new PostgresFactsSource(database, created.url).load('acme', {
    page: (facts) => {
      for (const fact of facts) if (fact.kind === kind) found.set(fact.key.join(' '), fact.value);
    },
  });
  return found;
}

it('reads each consent as if it were the only one, however many share its form', async () => {
  const r4 = consentResource('x', 'active');
  const { patient, dateTime, scope: _, provision: __, ...rest } = r4;
  const r5 = { ...rest, subject: patient, date: dateTime, decision: 'permit' } as JsonObject;
  const others: JsonObject[] = [
    r4,
    { ...r4, patient: { reference: 'Patient/7/_history/2' } },
    { ...r4, dateTime: '2025' },
    { ...r4, dateTime: null, meta: { lastUpdated: '2026-02-03T04:05:06Z' } },
    { ...r4, dateTime: null },
    { ...r4, status: 'inactive', text: { div: 'x' } },
    { ...r4, patient: 'nobody' },
    r5,
    { ...r5, date: '2024-05-06' },
    { ...r5, patient: { reference: 'Patient/42' } },
    { ...r5, subject: null, patient: { reference: 'Patient/42' } },
    { ...r4, scope: 7 },
  ];
  const resources = others.map((resource, at) => ({ ...resource, id: `consent-${at}` }));
  await database.rawTx('acme', (tx) =>
    tx.query(
      `INSERT INTO consents (tenant_id, id, patient, resource)
       SELECT 'acme', one->>'id', 'Patient/42', one FROM jsonb_array_elements($1) AS one`,
      [JSON.stringify(resources)],
    ),
  );
  const found = await loaded('consent');
  for (const resource of resources)
    expect(found.get(resource.id)).toEqual(consentDirectiveOf(resource.id, 'Patient/42', resource));
});

it('reads each device as it was reported, with and without an owner', async () => {
  const reported = { os: 'linux', managed: true, source: 'mdm' };
  const rows = [
    { id: 'd1', owner: 'dana', record: { ...reported, owner: { type: 'user', id: 'dana' } } },
    { id: 'd2', owner: null, record: reported },
    { id: 'd3', owner: null, record: { ...reported, checkedAgoSeconds: 5 } },
    { id: 'd4', owner: 'omar', record: { source: 'x', owner: { type: 'user', id: 'omar' } } },
  ];
  const at = 1_795_341_600_123;
  await database.rawTx('acme', (tx) =>
    tx.query(
      `INSERT INTO devices (tenant_id, id, owner, record, checked_at)
       SELECT 'acme', one->>'id', one->>'owner', one->'record', to_timestamp($2::float8 / 1000) FROM jsonb_array_elements($1) AS one`,
      [JSON.stringify(rows), at],
    ),
  );
  const found = await loaded('device');
  for (const { id, record } of rows)
    expect(found.get(id)).toStrictEqual(postureRecordOf(id, record, at));
});
