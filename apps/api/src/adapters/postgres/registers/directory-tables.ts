import type { CheckedAt, Json, JsonObject } from '@sallyport/contracts';
import type { DirectoryRow, RowKind } from '../../../registers/apply/directory-rows.js';
import { asJson } from '../../../registers/apply/directory-rows.js';
import type { Author } from '../../../registers/apply/tenant-store.ports.js';
import { checkedAtMs } from '../../../registers/posture-record-of.js';
import type { FactRow } from './fact-rows.js';

/** How one kind of row that a directory fills lies in its table. */
export interface DirectoryTable {
  readonly table: string;
  readonly keys: readonly string[];
  /** Columns beside the keys, with their types; `encode` fills them by name. */
  readonly columns: Readonly<Record<string, string>>;
  /** What of the table is in force. */
  readonly current: string;
  encode(row: DirectoryRow, author: Author): JsonObject;
  decode(row: FactRow): JsonObject;
}

export const directoryTables: Readonly<Record<RowKind, DirectoryTable>> = {
  pep: {
    table: 'enforcement_points',
    keys: ['name'],
    columns: {
      kind: 'text',
      mode: 'text',
      key_hash: 'bytea',
      jwks: 'jsonb',
      spiffe_id: 'text',
      trusted_properties: 'jsonb',
      explain: 'boolean',
      strict: 'boolean',
      cache_seconds: 'integer',
      routes: 'jsonb',
      authoritative: 'boolean',
      opa: 'jsonb',
      limits: 'jsonb',
      data: 'jsonb',
    },
    current: 'true',
    encode: ({ content: { keyHash, spiffeId, trustedProperties, cacheSeconds, ...same } }) => ({
      ...same,
      cache_seconds: cacheSeconds ?? null,
      key_hash: typeof keyHash === 'string' ? `\\x${keyHash}` : null,
      spiffe_id: spiffeId ?? null,
      trusted_properties: trustedProperties ?? null,
      authoritative: same['authoritative'] ?? null,
      opa: same['opa'] ?? null,
      limits: same['limits'] ?? null,
      data: same['data'] ?? null,
    }),
    decode: ({ key_hash, jwks, spiffe_id, trusted_properties, ...row }) =>
      present({
        kind: row['kind'],
        mode: row['mode'],
        explain: row['explain'],
        strict: row['strict'],
        cacheSeconds: row['cache_seconds'],
        routes: row['routes'],
        authoritative: row['authoritative'],
        opa: row['opa'],
        limits: row['limits'],
        data: row['data'],
        keyHash: key_hash === null ? null : Buffer.from(key_hash as Uint8Array).toString('hex'),
        jwks,
        spiffeId: spiffe_id,
        trustedProperties: trusted_properties,
      }),
  },
  entity: {
    table: 'entities',
    keys: ['type', 'id'],
    columns: { attrs: 'jsonb', parents: 'jsonb' },
    current: 'true',
    encode: ({ content }) => content,
    decode: ({ attrs, parents }) => ({ attrs: attrs as Json, parents: parents as Json }),
  },
  device: {
    table: 'devices',
    keys: ['id'],
    columns: { owner: 'text', record: 'jsonb', checked_at: 'timestamptz' },
    current: 'true',
    encode: encodeDevice,
    decode: decodeDevice,
  },
  consent: {
    table: 'consents',
    keys: ['id'],
    columns: { patient: 'text', resource: 'jsonb' },
    current: 'true',
    encode: ({ content }) => content,
    decode: ({ patient, resource }) => ({ patient: patient as Json, resource: resource as Json }),
  },
  'access-rule': {
    table: 'access_rules',
    keys: ['id'],
    columns: { rule: 'jsonb' },
    current: 'current',
    encode: ({ content }) => ({ rule: content }),
    decode: ({ rule }) => rule as JsonObject,
  },
};

function encodeDevice({ content }: DirectoryRow, { actor, nowMs }: Author): JsonObject {
  const { checkedAt, ...reported } = content;
  const moment = checkedAt as unknown as CheckedAt;
  const owner = reported['owner'] as JsonObject | undefined;
  const ago = 'agoSeconds' in moment ? { checkedAgoSeconds: moment.agoSeconds } : {};
  return {
    owner: owner?.['id'] ?? null,
    record: { ...reported, ...ago, source: actor },
    checked_at: new Date(checkedAtMs({ checkedAt: moment }, nowMs)).toISOString(),
  };
}

function decodeDevice({ record, checked_at }: FactRow): JsonObject {
  const { source: _, checkedAgoSeconds, ...reported } = record as Record<string, Json>;
  const checkedAt =
    typeof checkedAgoSeconds === 'number'
      ? { agoSeconds: checkedAgoSeconds }
      : { atMs: (checked_at as Date).getTime() };
  return { ...reported, checkedAt };
}

/** What a column without a value would say is said by leaving the member out. */
function present(members: Readonly<Record<string, unknown>>): JsonObject {
  return asJson(Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null)));
}
