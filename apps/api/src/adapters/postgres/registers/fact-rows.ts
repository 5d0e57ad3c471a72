import type { AccessRuleDefinition, JsonObject, TenantSettings } from '@sallyport/contracts';
import type { Place } from '@sallyport/risk';
import type { EngineName } from '../../../policies/policy-store.ports.js';
import { accessRuleOf } from '../../../registers/access-rule-of.js';
import type { Pep } from '../../../registers/facts.ports.js';
import type { StoredFact } from '../../../registers/stored-fact.js';
import {
  consentOf,
  deviceOf,
  sharedAttributes,
  sharedParents,
  sharedRole,
  sharedState,
} from './shared-values.js';

/** A row as `pg` gives it. What is in it was written by this program: the casts below are where it comes back. */
export type FactRow = Readonly<Record<string, unknown>>;

/** Golden cases lie beside the settings; decisions have no use for them. */
export function tenantFact(column: unknown): StoredFact {
  const { tests: _, ...value } = column as TenantSettings & { tests?: unknown };
  return { kind: 'tenant', key: [], value };
}

export function pepFact(tenantId: string, row: FactRow): StoredFact {
  const trusted = row['trusted_properties'] as readonly string[] | null;
  const pep: Pep = {
    tenantId,
    name: row['name'] as string,
    kind: row['kind'] as string,
    mode: row['mode'] as Pep['mode'],
    trustedProperties: trusted === null ? undefined : new Set(trusted),
    explain: row['explain'] as boolean,
    strict: row['strict'] as boolean,
    cacheSeconds: (row['cache_seconds'] as number | null) ?? undefined,
    routes: row['routes'] as readonly JsonObject[],
    authoritative: (row['authoritative'] as boolean | null) ?? undefined,
    opa: (row['opa'] as Pep['opa'] | null) ?? undefined,
    limits: (row['limits'] as Pep['limits'] | null) ?? undefined,
    data: (row['data'] as Pep['data'] | null) ?? undefined,
  };
  const keyHash = row['key_hash'] as Uint8Array | null;
  const spiffeId = row['spiffe_id'] as string | null;
  const value = {
    pep,
    ...(keyHash === null ? {} : { keyHash }),
    ...(spiffeId === null ? {} : { spiffeId }),
  };
  return { kind: 'pep', key: [pep.name], value };
}

export function entityFact(_tenantId: string, row: FactRow): StoredFact {
  const uid = { type: row['type'] as string, id: row['id'] as string };
  const attrs = sharedAttributes(row['attrs'] as string);
  const parents = sharedParents(row['parents'] as string);
  return { kind: 'entity', key: [uid.type, uid.id], value: { uid, attrs, parents } };
}

export function deviceFact(_tenantId: string, row: FactRow): StoredFact {
  const id = row['id'] as string;
  const owner = row['owner'] as string | null;
  const value = deviceOf(id, owner, row['reported'] as string, row['checked_at'] as number);
  return { kind: 'device', key: [id], value };
}

export function consentFact(_tenantId: string, row: FactRow): StoredFact {
  const id = row['id'] as string;
  const head = row['head'] as JsonObject;
  const value = consentOf(id, row['patient'] as string, head, row['body'] as string);
  return { kind: 'consent', key: [id], value };
}

export function placeFact(_tenantId: string, row: FactRow): StoredFact {
  const subject = row['subject'] as string;
  const [type, id] = JSON.parse(subject) as [string, string];
  const place = row['place'] as Place;
  return { kind: 'place', key: [subject], value: { subject: { type, id }, place } };
}

export function policyFact(_tenantId: string, row: FactRow): StoredFact {
  const id = row['id'] as string;
  return { kind: 'policy', key: [id], value: { id, engine: row['engine'] as EngineName } };
}

export function ruleFact(_tenantId: string, row: FactRow): StoredFact {
  const rule = accessRuleOf(row['rule'] as AccessRuleDefinition);
  return { kind: 'rule', key: [rule.id], value: { version: row['version'] as number, rule } };
}

export function grantFact(_tenantId: string, row: FactRow): StoredFact {
  const id = row['id'] as string;
  const subject = { type: row['subject_type'] as string, id: row['subject_id'] as string };
  const grant = {
    id,
    requestId: row['request_id'] as string,
    subjectId: subject.id,
    role: sharedRole(row['role_type'] as string, row['role_id'] as string),
    startsAtMs: row['starts_at'] as number,
    endsAtMs: row['ends_at'] as number,
    state: sharedState(row['state'] as string),
    version: row['version'] as number,
  };
  return { kind: 'grant', key: [id], value: { subject, grant } };
}

export function apiTokenFact(_tenantId: string, row: FactRow): StoredFact {
  const value = {
    tokenHash: row['token_hash'] as Uint8Array,
    roles: row['roles'] as readonly string[],
    expiresAtMs: (row['expires_at'] as Date).getTime(),
  };
  return { kind: 'api-token', key: [row['id'] as string], value };
}
