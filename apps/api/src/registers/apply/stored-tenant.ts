import type {
  TestCase,
  PolicyBundle,
  TenantDefinition,
  TenantSettings,
} from '@sallyport/contracts';
import type {
  AccessRuleDefinition,
  ConsentDefinition,
  DeviceDefinition,
  EntityRecord,
  PepDefinition,
} from '@sallyport/contracts';
import type { DirectoryRow, DirectoryRows } from './directory-rows.js';

/** A tenant as the database has it. */
export interface StoredTenant {
  readonly settings: TenantSettings;
  readonly tests: readonly TestCase[];
  /** The promoted version, and the SHA-256 of each of its sources (hexadecimal). */
  readonly policy?: { readonly id: string; readonly digests: Readonly<Record<string, string>> };
  readonly rows: DirectoryRows;
}

/** The directory that applies as what is stored now, with the sources of its policies; enforcement points carry the hashes of their keys. */
export function definitionOf(
  { settings, tests, rows }: StoredTenant,
  policies: PolicyBundle = { files: {} },
): TenantDefinition {
  return {
    settings,
    policies,
    entities: rows.entity.map(({ key: [type = '', id = ''], content }) => {
      return { uid: { type, id }, ...content } as unknown as EntityRecord;
    }),
    devices: rows.device.map((row) => withKey<DeviceDefinition>(row, 'id')),
    consents: rows.consent.map((row) => withKey<ConsentDefinition>(row, 'id')),
    peps: rows.pep.map((row) => withKey<PepDefinition>(row, 'name')),
    accessRules: rows['access-rule'].map(({ content }) => {
      return content as unknown as AccessRuleDefinition;
    }),
    tests,
  };
}

function withKey<T>({ key, content }: DirectoryRow, name: string): T {
  return { [name]: key[0], ...content } as T;
}
