import type { StoredFact } from '../../../registers/stored-fact.js';
import {
  apiTokenFact,
  consentFact,
  deviceFact,
  entityFact,
  grantFact,
  pepFact,
  placeFact,
  policyFact,
  ruleFact,
  type FactRow,
} from './fact-rows.js';

function epochMs(column: string): string {
  return `(extract(epoch FROM ${column}) * 1000)::float8 AS ${column}`;
}

/** What differs between consents apart from what many of them have in common. */
const CONSENT_COLUMNS = `id, patient,
  jsonb_build_object('id', resource->'id', 'patient', resource->'patient', 'subject', resource->'subject',
    'dateTime', resource->'dateTime', 'date', resource->'date', 'meta', resource->'meta') AS head,
  (resource - '{id,patient,subject,dateTime,date,meta,text,identifier}'::text[])::text AS body`;

export type RowKind = Exclude<StoredFact['kind'], 'tenant' | 'artifact'>;

/** How the rows of one kind of fact are read. */
export interface FactTable {
  readonly table: string;
  readonly columns: string;
  /** Key columns, in the order in which the feed names them. */
  readonly keys: readonly string[];
  /** What of the table is a fact now; the rest is history. */
  readonly current: string;
  readonly decode: (tenantId: string, row: FactRow) => StoredFact;
}

export const factTables: Readonly<Record<RowKind, FactTable>> = {
  pep: {
    table: 'enforcement_points',
    columns:
      'name, kind, mode, key_hash, spiffe_id, trusted_properties, explain, strict, cache_seconds, routes, authoritative, opa, limits, data',
    keys: ['name'],
    current: 'true',
    decode: pepFact,
  },
  entity: {
    table: 'entities',
    columns: 'type, id, attrs::text AS attrs, parents::text AS parents',
    keys: ['type', 'id'],
    current: 'true',
    decode: entityFact,
  },
  device: {
    table: 'devices',
    columns: `id, owner, (record - '{owner,checkedAgoSeconds}'::text[])::text AS reported, ${epochMs('checked_at')}`,
    keys: ['id'],
    current: 'true',
    decode: deviceFact,
  },
  consent: {
    table: 'consents',
    columns: CONSENT_COLUMNS,
    keys: ['id'],
    current: 'true',
    decode: consentFact,
  },
  place: {
    table: 'places',
    columns: 'subject, place',
    keys: ['subject'],
    current: 'true',
    decode: placeFact,
  },
  policy: {
    table: 'policy_versions',
    columns: 'id, engine',
    keys: ['id'],
    current: `state = 'promoted'`,
    decode: policyFact,
  },
  rule: {
    table: 'access_rules',
    columns: 'id, version, rule',
    keys: ['id'],
    current: 'current',
    decode: ruleFact,
  },
  grant: {
    table: 'grants',
    columns: `id, request_id, subject_type, subject_id, role_type, role_id, ${epochMs('starts_at')}, ${epochMs('ends_at')}, state, version`,
    keys: ['id'],
    current: `state IN ('scheduled', 'active')`,
    decode: grantFact,
  },
  'api-token': {
    table: 'api_tokens',
    columns: 'id, token_hash, roles, expires_at',
    keys: ['id'],
    current: 'revoked_at IS NULL AND expires_at > now()',
    decode: apiTokenFact,
  },
};

export function isRowKind(kind: string): kind is RowKind {
  return Object.hasOwn(factTables, kind);
}
