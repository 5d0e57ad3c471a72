import type { LogEntry } from '@sallyport/contracts';
import pg from 'pg';
import { Database } from '../../apps/api/src/adapters/postgres/database.js';
import { PostgresAuditLog } from '../../apps/api/src/adapters/postgres/log/postgres-audit-log.js';
import { PostgresFactsSource } from '../../apps/api/src/adapters/postgres/registers/postgres-facts.js';
import { PostgresTenantStore } from '../../apps/api/src/adapters/postgres/registers/postgres-tenant-store.js';
import { AuditLog } from '../../apps/api/src/evidence/audit-log.ports.js';
import { createPolicies, type Policies } from '../../apps/api/src/app.policies.js';
import type { ArtifactProblem } from '../../apps/api/src/policies/policy-loader.js';
import { InlineDirectoryChecker } from '../../apps/api/src/registers/apply/directory-checker.js';
import { TenantApplier } from '../../apps/api/src/registers/apply/tenant-applier.js';
import { FactsEditor } from '../../apps/api/src/registers/edit/facts-editor.js';
import type { FactsProblem } from '../../apps/api/src/registers/facts-problem.js';
import { MemoryFactsRegister } from '../../apps/api/src/registers/memory-facts.js';
import { createDatabase } from '../support/postgres.js';

/** A broker's registers on a database of their own, everything real. */
export interface Registers {
  readonly url: string;
  readonly database: Database;
  readonly store: PostgresTenantStore;
  readonly facts: MemoryFactsRegister;
  readonly applier: TenantApplier;
  readonly editor: FactsEditor;
  readonly policies: Policies;
  readonly problems: readonly (FactsProblem | ArtifactProblem)[];
  /** Rows as their owner sees them, whatever the tenant. */
  rows<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** What was logged, oldest first. */
  entries(): LogEntry[];
  /** The next appends fail. */
  breakLog(): void;
  close(): Promise<void>;
}

class RecordingLog extends AuditLog {
  readonly written: LogEntry[] = [];
  isBroken = false;

  constructor(private readonly log: PostgresAuditLog) {
    super();
  }

  async append(...[tenantId, entries]: Parameters<AuditLog['append']>) {
    return this.log.append(tenantId, entries);
  }

  appendEncoded(...[tenantId, entries]: Parameters<AuditLog['appendEncoded']>) {
    return this.log.appendEncoded(tenantId, entries);
  }

  async appendWithin(...[tx, entries]: Parameters<AuditLog['appendWithin']>) {
    if (this.isBroken) throw new Error('the log is broken');
    this.written.push(...entries);
    return this.log.appendWithin(tx, entries);
  }

  onGrowth(listener: (tenantId: string, size: number) => void): () => void {
    return this.log.onGrowth(listener);
  }
}

export async function openRegisters(allowsBuiltinIssuer = true): Promise<Registers> {
  const created = await createDatabase();
  const database = new Database({ url: created.url, poolSize: 4 });
  const owner = new pg.Client({ connectionString: created.url });
  await owner.connect();
  const postgresLog = new PostgresAuditLog(database);
  const log = new RecordingLog(postgresLog);
  const clock = { nowMs: () => Date.now() };
  const problems: (FactsProblem | ArtifactProblem)[] = [];
  const policies = createPolicies({
    database,
    masterKey: new Uint8Array(32).fill(7),
    log,
    report: (problem) => problems.push(problem),
  });
  const facts = new MemoryFactsRegister({
    source: new PostgresFactsSource(database, created.url),
    policies: policies.loader,
    clock,
    report: (problem) => problems.push(problem),
  });
  await facts.start();
  const store = new PostgresTenantStore(database, policies.seal);
  const checker = new InlineDirectoryChecker(policies.gate, { allowsBuiltinIssuer });
  return {
    url: created.url,
    database,
    store,
    policies,
    facts,
    applier: new TenantApplier({ store, policies: policies.store, log, facts, checker, clock }),
    editor: new FactsEditor({ store, log, facts, clock }),
    problems,
    rows: async (text, values = []) => (await owner.query(text, [...values])).rows,
    entries: () => log.written,
    breakLog: () => {
      log.isBroken = true;
    },
    close: async () => {
      await facts.stop();
      await postgresLog.close();
      await database.close();
      await owner.end();
      await created.drop();
    },
  };
}
