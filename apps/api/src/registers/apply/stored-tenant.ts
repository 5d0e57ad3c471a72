import type {
  GoldenCase,
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
  readonly tests: readonly GoldenCase[];
  /** The promoted version. */
  readonly policy?: { readonly id: string; readonly bundle: PolicyBundle };
  readonly rows: DirectoryRows;
}

/** The directory that applies as what is stored now; enforcement points carry the hashes of their keys. */
export function definitionOf({ settings, tests, policy, rows }: StoredTenant): TenantDefinition {
  return {
    settings,
    policies: policy?.bundle ?? { files: {} },
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
