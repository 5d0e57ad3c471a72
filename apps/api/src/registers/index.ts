// What is known about tenants: entities, devices, consents, grants, places, enforcement points. Decisions read it from memory; directories and single reports write it.
export { TenantApplier } from './apply/tenant-applier.js';
export { TenantStore } from './apply/tenant-store.ports.js';
export { DemoSeeder } from './demo/demo-seeder.js';
export { FactsEditor } from './edit/facts-editor.js';
export type { FactsProblem } from './facts-problem.js';
export { FactsSource } from './facts-source.ports.js';
export { FactsRegister, NotResident, whenResident } from './facts.ports.js';
export { MemoryFactsRegister } from './memory-facts.js';
export { RegistersModule, RegistersSettings } from './registers.module.js';
export { RegistersRoutes } from './registers.routes.js';
