/** Registers of any size, filled the way a migration from another system would: by statements, without the feed's triggers. */
import { withClient } from './with-client.mjs';

/** What can be filled, each with how its n-th row is made in SQL. */
const ROWS = {
  entity: `INSERT INTO entities (tenant_id, type, id, attrs, parents)
    SELECT $1, 'user', 'user-' || n,
      jsonb_build_object('name', 'User ' || n, 'department', (ARRAY['cardiology', 'oncology', 'radiology', 'billing'])[1 + n % 4], 'clearance', n % 5),
      jsonb_build_array(jsonb_build_object('type', 'group', 'id', 'team-' || n % 2000))
    FROM generate_series($2::int, $3::int) AS n`,
  device: `INSERT INTO devices (tenant_id, id, owner, record, checked_at)
    SELECT $1, 'device-' || n, 'user-' || n,
      jsonb_build_object('owner', jsonb_build_object('type', 'user', 'id', 'user-' || n), 'managed', true, 'compliant', true,
        'os', (ARRAY['macos', 'windows', 'linux'])[1 + n % 3], 'osVersion', (14 + n % 3) || '.' || n % 7, 'diskEncrypted', true, 'source', 'directory'),
      now() - n % 600 * interval '1 second'
    FROM generate_series($2::int, $3::int) AS n`,
  consent: `INSERT INTO consents (tenant_id, id, patient, resource)
    SELECT $1, 'consent-' || n, 'Patient/' || n,
      jsonb_build_object('resourceType', 'Consent', 'id', 'consent-' || n, 'status', 'active',
        'scope', '{"coding":[{"code":"patient-privacy"}]}'::jsonb, 'patient', jsonb_build_object('reference', 'Patient/' || n),
        'dateTime', to_char(date '2026-01-01' + n % 300, 'YYYY-MM-DD'),
        'provision', '{"type":"permit","purpose":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActReason","code":"TREAT"}]}'::jsonb)
    FROM generate_series($2::int, $3::int) AS n`,
  grant: `INSERT INTO grants (tenant_id, id, request_id, subject_type, subject_id, role_type, role_id, starts_at, ends_at, state)
    SELECT $1, gen_random_uuid()::text, gen_random_uuid()::text, 'user', 'user-' || n, 'role', 'role-' || n % 50,
      date_trunc('milliseconds', now()), date_trunc('milliseconds', now()) + interval '8 hours', 'active'
    FROM generate_series($2::int, $3::int) AS n`,
};
const TABLES = { entity: 'entities', device: 'devices', consent: 'consents', grant: 'grants' };

export const kinds = Object.keys(ROWS);

/**
 * Adds rows `from` to `to` of each kind to a tenant, and moves the tenant's version past what any process has seen, with nothing in the
 * feed about it: processes load the tenant anew.
 * @param {string} url of a migrated database, as its owner
 * @param {{ tenant: string, kinds?: readonly string[], from?: number, to: number }} rows
 */
export async function fillRegisters(url, { tenant, kinds: chosen = kinds, from = 1, to }) {
  await withClient(url, async (client) => {
    for (const kind of chosen) {
      await client.query(`ALTER TABLE ${TABLES[kind]} DISABLE TRIGGER USER`);
      await client.query(ROWS[kind], [tenant, from, to]);
      await client.query(`ALTER TABLE ${TABLES[kind]} ENABLE TRIGGER USER`);
      await client.query(`ANALYZE ${TABLES[kind]}`);
    }
    await client.query('ALTER TABLE tenants DISABLE TRIGGER USER');
    await client.query('UPDATE tenants SET version = version + 2 WHERE id = $1', [tenant]);
    await client.query('ALTER TABLE tenants ENABLE TRIGGER USER');
  });
}
