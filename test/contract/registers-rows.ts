import type { StoredFact } from '../../apps/api/src/registers/stored-fact.js';
import { refKey } from '@sallyport/policy';
import type { TenantTx } from '../../apps/api/src/platform/sql.js';
import { consentResource, readerRule } from './registers-samples.js';

const date = (ms: number) => new Date(ms).toISOString();

/** Writes facts as rows, the way the features that own the tables do. */
export async function writeFacts(tx: TenantTx, facts: readonly StoredFact[]): Promise<void> {
  for (const fact of facts) await writeFact(tx, fact);
}

async function writeFact(tx: TenantTx, fact: StoredFact): Promise<void> {
  const tenant = tx.tenantId;
  switch (fact.kind) {
    case 'tenant':
      await tx.query('INSERT INTO tenants (id, display_name, settings) VALUES ($1, $2, $3)', [
        tenant,
        fact.value.displayName,
        JSON.stringify(fact.value),
      ]);
      return;
    case 'entity':
      await tx.query('DELETE FROM entities WHERE type = $1 AND id = $2', fact.key);
      if (!fact.value) return;
      await tx.query(
        'INSERT INTO entities (tenant_id, type, id, attrs, parents) VALUES ($1, $2, $3, $4, $5)',
        [tenant, ...fact.key, JSON.stringify(fact.value.attrs), JSON.stringify(fact.value.parents)],
      );
      return;
    case 'device': {
      await tx.query('DELETE FROM devices WHERE id = $1', fact.key);
      if (!fact.value) return;
      const { deviceId, ownerId, checkedAtMs, ...rest } = fact.value;
      const owner = ownerId === undefined ? {} : { owner: { type: 'user', id: ownerId } };
      await tx.query(
        'INSERT INTO devices (tenant_id, id, owner, record, checked_at) VALUES ($1, $2, $3, $4, $5)',
        [
          tenant,
          deviceId,
          ownerId ?? null,
          JSON.stringify({ ...rest, ...owner }),
          date(checkedAtMs),
        ],
      );
      return;
    }
    case 'consent':
      await tx.query('DELETE FROM consents WHERE id = $1', fact.key);
      if (!fact.value) return;
      await tx.query(
        'INSERT INTO consents (tenant_id, id, patient, resource) VALUES ($1, $2, $3, $4)',
        [
          tenant,
          fact.key[0],
          fact.value.patientRef,
          JSON.stringify(consentResource(fact.key[0], fact.value.status)),
        ],
      );
      return;
    case 'rule':
      if (!fact.value) {
        await tx.query('UPDATE access_rules SET current = false WHERE id = $1', fact.key);
        return;
      }
      await tx.query(
        'INSERT INTO access_rules (tenant_id, id, version, rule) VALUES ($1, $2, $3, $4)',
        [tenant, fact.key[0], fact.value.version, JSON.stringify(readerRule)],
      );
      return;
    case 'pep':
      await tx.query('DELETE FROM enforcement_points WHERE name = $1', fact.key);
      if (!fact.value) return;
      await tx.query(
        'INSERT INTO enforcement_points (tenant_id, name, kind, key_hash, spiffe_id, trusted_properties) VALUES ($1, $2, $3, $4, $5, $6)',
        [
          tenant,
          fact.key[0],
          fact.value.pep.kind,
          fact.value.keyHash,
          fact.value.spiffeId ?? null,
          JSON.stringify([...(fact.value.pep.trustedProperties ?? [])]),
        ],
      );
      return;
    case 'grant': {
      if (!fact.value) return;
      const { grant, subject } = fact.value;
      await tx.query(
        `INSERT INTO grants (tenant_id, id, request_id, subject_type, subject_id, role_type, role_id, starts_at, ends_at, state)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         ON CONFLICT (tenant_id, id) DO UPDATE SET state = EXCLUDED.state`,
        [
          tenant,
          grant.id,
          grant.requestId,
          subject.type,
          subject.id,
          grant.role.type,
          grant.role.id,
          date(grant.startsAtMs),
          date(grant.endsAtMs),
          grant.state,
        ],
      );
      return;
    }
    case 'api-token':
      if (!fact.value) {
        await tx.query('UPDATE api_tokens SET revoked_at = now() WHERE id = $1', fact.key);
        return;
      }
      await tx.query(
        `INSERT INTO api_tokens (tenant_id, id, name, token_hash, roles, created_by, created_at, expires_at)
         VALUES ($1, $2, $2, $3, $4, 'user:ada', now(), $5)`,
        [tenant, fact.key[0], fact.value.tokenHash, fact.value.roles, date(fact.value.expiresAtMs)],
      );
      return;
    case 'place':
      await tx.query('DELETE FROM places WHERE subject = $1', fact.key);
      if (!fact.value) return;
      await tx.query(
        'INSERT INTO places (tenant_id, subject, place, observed_at) VALUES ($1, $2, $3, $4)',
        [
          tenant,
          refKey(fact.value.subject),
          JSON.stringify(fact.value.place),
          date(fact.value.place.atMs),
        ],
      );
      return;
    case 'policy':
      await tx.query(`UPDATE policy_versions SET state = 'retired' WHERE state = 'promoted'`);
      if (!fact.value) return;
      await tx.query(
        `INSERT INTO policy_versions (tenant_id, id, state, bundle, engine, created_by)
         VALUES ($1, $2, 'promoted', '{"files": {}}', $3, 'admin:instance')`,
        [tenant, fact.value.id, fact.value.engine],
      );
      return;
    case 'artifact':
      await tx.query(
        `INSERT INTO policy_artifacts (tenant_id, version, bytes, seal) VALUES ($1, $2, '', '')`,
        [tenant, fact.key[0]],
      );
  }
}
