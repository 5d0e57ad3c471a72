/** The SDK of enforcement points: ask Sallyport, and enforce what it answers. */
export type { BatchSemantic } from './answers/read-batch.js';
export type { PlanTarget } from '@sallyport/contracts';
export type { Plan } from './answers/read-plan.js';
export * from './errors.js';
export type { Decision, DescribedAction, DescribedEntity, Question, Reason } from './model.js';
export type { ObligationContext, ObligationHandler } from './obligations.js';
export type { CallOptions } from './evaluations.js';
export { type BatchOptions, PepClient, type PlanQuestion } from './pep-client.js';
export type { Platform } from './platform.js';
export type { ActionSearch, ResourceSearch, SubjectSearch } from './searches.js';
export * from './prisma/index.js';
export type { PepOptions } from './settings.js';
export type { VerifiedToken, VerifyOptions } from './tokens/token-verifier.js';
