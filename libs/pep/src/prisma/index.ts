/** Prisma, seeing only what a plan lets through. */
export {
  type GuardedModel,
  prismaGuard,
  type PrismaGuardOptions,
  type PrismaPlan,
  type PrismaPlanQuestion,
} from './prisma-guard.js';
export type { GuardedAction } from './operations.js';
export { QueryRefusedError } from './query-refused.js';
