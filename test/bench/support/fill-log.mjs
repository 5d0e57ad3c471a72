/** Logs of any size, made through the very SQL that the broker appends with. */
import { encodedDecision } from './sample-decision.mjs';

const SEGMENT = 256;
const DIGITS = 12;
const HEAD_OF_ID = '01890a5d-ac96-774b-bcce-';

export const idOf = (n) => `${HEAD_OF_ID}${String(n).padStart(DIGITS, '0')}`;

/** An encoded decision with this number in its id: as `encodedDecision`, without encoding it anew. */
export function decisionMaker() {
  const template = encodedDecision(0);
  const at = template.indexOf(HEAD_OF_ID) + HEAD_OF_ID.length;
  const [before, after] = [template.slice(0, at), template.slice(at + DIGITS)];
  return (n) => `${before}${String(n).padStart(DIGITS, '0')}${after}`;
}

/** A tenant with a log of `size` decisions, its tiles and a checkpoint over all of it. */
export async function fillLog(world, tenantId, size) {
  const { database, audit, ports, createEvidence } = world;
  await database.rawTx(tenantId, (tx) =>
    tx.query(`INSERT INTO tenants (id, display_name, settings) VALUES ($1, $1, '{}')`, [tenantId]),
  );
  const entryOf = decisionMaker();
  for (let first = 0; first < size; first += 2 * SEGMENT) {
    // Two at a time: one is put together while the other is written.
    const starts = [first, first + SEGMENT].filter((start) => start < size);
    await Promise.all(
      starts.map((start) => {
        const count = Math.min(SEGMENT, size - start);
        const entries = Array.from({ length: count }, (_, i) => entryOf(start + i));
        return audit.appendEncoded(tenantId, entries);
      }),
    );
  }
  await publish(ports, createEvidence(), tenantId);
}

/** Tiles and a checkpoint for what was logged. */
export async function publish(ports, { signer }, tenantId) {
  while (await ports.tiles.advance(tenantId));
  await signer.sign(tenantId);
}

/** The search rows of such a log, by one statement: the projection would take longer than all the rest. */
export async function fillRecords({ database }, tenantId, size) {
  await database.rawTx(tenantId, (tx) =>
    tx.query(
      `INSERT INTO log_records (tenant_id, entry_index, id, type, time, actor, subject_type, subject_id, action,
         resource_type, resource_id, decision, pep, policy_version, reasons, links)
       SELECT $1, n, '${HEAD_OF_ID}' || lpad(n::text, ${DIGITS}, '0'), 'decision',
         timestamptz '2026-11-22T10:00:00Z' + n * interval '1 ms', 'pep:acme-gateway', 'user', 'dana@acme.example', 'read',
         'database', 'prod', false, 'acme-gateway', NULL, '{no-matching-policy,grant-missing}',
         ARRAY['${HEAD_OF_ID}' || lpad(n::text, ${DIGITS}, '0')]
       FROM generate_series(0, $2::bigint - 1) n`,
      [tenantId, size],
    ),
  );
  await database.rawTx(tenantId, (tx) =>
    tx.query('INSERT INTO log_cursors (tenant_id, next_index) VALUES ($1, $2::bigint)', [
      tenantId,
      size,
    ]),
  );
}
