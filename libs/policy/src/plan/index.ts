/** Policies as filters over rows. */
export type { PlannedPolicy, PlanQuestion, PolicyPlan } from './plan-question.js';
export { masksOf } from './masks.js';
export { PlanRefusal } from './plan-refusal.js';
export { type PlanReader, renderPlan, whyNotFor } from './render/render-plan.js';
