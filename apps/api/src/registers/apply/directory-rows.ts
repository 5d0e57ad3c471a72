import type { Json, JsonObject, TenantDefinition } from '@sallyport/contracts';
import { parseConsent } from '@sallyport/consent';
import { keyHashOf } from '../facts-of.js';

/** The registers that a directory fills, in the order in which a plan lists them. */
export const rowKinds = ['pep', 'entity', 'device', 'consent', 'access-rule'] as const;
export type RowKind = (typeof rowKinds)[number];

/** One object of the directory as it is stored: two rows say the same exactly when their contents do. */
export interface DirectoryRow {
  readonly key: readonly string[];
  readonly content: JsonObject;
}

export type DirectoryRows = Readonly<Record<RowKind, readonly DirectoryRow[]>>;

/** The rows that a directory asks for. Keys of enforcement points are kept as their hash only. */
export function rowsOf(tenant: Omit<TenantDefinition, 'policies'>): DirectoryRows {
  return {
    pep: tenant.peps.map((definition) => {
      const { name, key: _, keyHash: __, ...pep } = definition;
      const hash = keyHashOf(definition);
      const keyHash = hash && { keyHash: Buffer.from(hash).toString('hex') };
      return { key: [name], content: asJson({ ...pep, ...keyHash }) };
    }),
    entity: tenant.entities.map(({ uid, attrs, parents }) => {
      return { key: [uid.type, uid.id], content: asJson({ attrs, parents }) };
    }),
    device: tenant.devices.map(({ id, ...device }) => ({ key: [id], content: asJson(device) })),
    consent: tenant.consents.map(({ id, resource }) => consentRow(id, resource)),
    'access-rule': tenant.accessRules.map((rule) => ({ key: [rule.id], content: asJson(rule) })),
  };
}

/** INVARIANT: only consents that can be read come here; `checkTenant` refuses the others. */
export function consentRow(id: string, resource: JsonObject): DirectoryRow {
  const result = parseConsent(resource);
  if (!result.ok) throw new Error(`consent ${id} cannot be read: ${result.error.code}`);
  return { key: [id], content: { patient: result.directive.patientRef, resource } };
}

/** Definitions hold nothing but JSON; an interface just does not say so to the compiler. */
export function asJson(value: object): JsonObject {
  return value as Record<string, Json>;
}
