export interface MigrationStatus {
  readonly unapplied: readonly string[];
  readonly unknown: readonly string[];
  readonly failed: readonly string[];
  readonly edited: readonly string[];
}

export function migrate(databaseUrl: string, directory?: string): Promise<readonly string[]>;
export function migrationStatus(databaseUrl: string, directory?: string): Promise<MigrationStatus>;
export function migrationDiff(
  databaseUrl: string,
  directory?: string,
  schemaPath?: string,
): Promise<string>;
