import { existsSync } from 'node:fs';
import { type FactoryProvider, Module } from '@nestjs/common';
import { AuditLog } from '../evidence/audit-log.ports.js';
import { Clock } from '../platform/clock.js';
import { PolicyGate } from '../policies/policy-gate.js';
import { PolicyStore } from '../policies/policy-store.ports.js';
import { InlineDirectoryChecker, type DirectoryChecker } from './apply/directory-checker.js';
import { TenantApplier } from './apply/tenant-applier.js';
import { TenantStore } from './apply/tenant-store.ports.js';
import { ThreadedDirectoryChecker } from './apply/threaded-checker.js';
import { DemoSeeder, type DemoOptions } from './demo/demo-seeder.js';
import { FactsEditor } from './edit/facts-editor.js';
import { FactsRegister } from './facts.ports.js';
import { RegistersRoutes } from './registers.routes.js';

/** What the configuration says about tenants. */
export abstract class RegistersSettings {
  /** True in the development profile alone. */
  abstract readonly allowsBuiltinIssuer: boolean;
  /** Absent where no demo tenant is wanted. */
  abstract readonly demo: DemoOptions | undefined;
}

const applier: FactoryProvider<TenantApplier> = {
  provide: TenantApplier,
  inject: [TenantStore, PolicyStore, AuditLog, FactsRegister, PolicyGate, Clock, RegistersSettings],
  useFactory: (
    store: TenantStore,
    policies: PolicyStore,
    log: AuditLog,
    facts: FactsRegister,
    gate: PolicyGate,
    clock: Clock,
    rules: RegistersSettings,
  ) => new TenantApplier({ store, policies, log, facts, clock, checker: checkerFor(gate, rules) }),
};

const CHECK_SCRIPT = new URL('./apply/check-directory.worker.js', import.meta.url);

/** Built, the check has a thread of its own; run from its sources (tests), a thread would find nothing to run. */
function checkerFor(gate: PolicyGate, rules: RegistersSettings): DirectoryChecker {
  return existsSync(CHECK_SCRIPT)
    ? new ThreadedDirectoryChecker(CHECK_SCRIPT, rules)
    : new InlineDirectoryChecker(gate, rules);
}

const editor: FactoryProvider<FactsEditor> = {
  provide: FactsEditor,
  inject: [TenantStore, AuditLog, FactsRegister, Clock],
  useFactory: (store: TenantStore, log: AuditLog, facts: FactsRegister, clock: Clock) =>
    new FactsEditor({ store, log, facts, clock }),
};

const routes: FactoryProvider<RegistersRoutes> = {
  provide: RegistersRoutes,
  inject: [TenantApplier, FactsEditor, TenantStore, PolicyStore],
  useFactory: (
    tenants: TenantApplier,
    facts: FactsEditor,
    store: TenantStore,
    policies: PolicyStore,
  ) => new RegistersRoutes(tenants, facts, store, policies),
};

/** Undefined where no demo tenant is wanted. */
const seeder: FactoryProvider<DemoSeeder | undefined> = {
  provide: DemoSeeder,
  inject: [TenantApplier, FactsEditor, TenantStore, FactsRegister, Clock, RegistersSettings],
  useFactory: (
    tenants: TenantApplier,
    facts: FactsEditor,
    store: TenantStore,
    register: FactsRegister,
    clock: Clock,
    { demo }: RegistersSettings,
  ) =>
    demo &&
    new DemoSeeder({ applier: tenants, editor: facts, store, facts: register, clock }, demo),
};

/** Nest wiring alone. `app.module.ts` binds FactsRegister (started), TenantStore, PolicyStore, PolicyGate and RegistersSettings. */
@Module({
  providers: [applier, editor, routes, seeder],
  exports: [TenantApplier, FactsEditor, DemoSeeder],
})
export class RegistersModule {}
