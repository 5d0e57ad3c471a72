/** The policy decision point: Cedar policies, the record they see, the entities they walk, and the reasons of an answer. */
export type { PolicyAnnotations, Severity } from './annotations.js';
export {
  type ArtifactEngine,
  type ArtifactPolicy,
  buildArtifact,
  type PolicyArtifact,
  readPublished,
} from './artifact.js';
export { CedarWasmEngine } from './cedar-wasm-engine.js';
export { type BundleCheck, checkBundle, type EarlierCheck, validationKey } from './check.js';
export { checkEntities, type EntityCheck } from './check-entities.js';
export {
  type CedarAnswer,
  type CedarQuestion,
  type CompiledPolicySet,
  compilePolicySet,
  type CompileOptions,
  type JsonPolicy,
  type JsonTemplateLink,
} from './compiled/authorize.js';
export { CompiledEngine } from './compiled/compiled-engine.js';
export { UnsupportedFeatureError } from './compiled/fault.js';
export { copyQuestion, type QuestionCopy, questionOfCopy } from './question-copy.js';
export { namedEntities } from './named-entities.js';
export { CONTEXT_NAMES, CONTEXT_SCHEMA } from './context-schema.js';
export type * from './engine.js';
export { type AssertedEntity, entityKey } from './entities.js';
export type { EntityNode } from './entity-node.js';
export { type EntityBackstop, EntityStore } from './entity-store.js';
export { escapeKey, unescapeKey } from './key-names.js';
export { NotResident } from './not-resident.js';
export { PolicyLoadError } from './policy-load-error.js';
export { canonicalBundle, policyVersionId } from './policy-version.js';
export { type ReasonOptions, reasonsFor } from './reasons.js';
export { RefMap, refKey } from './ref-map.js';
export { escapeTypeName, unescapeTypeName } from '@sallyport/contracts';
export {
  ambiguityOf,
  type MatchedRoute,
  matchRoutes,
  MAX_ID_LENGTH,
  type RouteCaseResult,
  type RouteLine,
} from './routes/index.js';
export { type GoldenOutcome, type GoldenResult, runGoldenCase } from './golden.js';
export { runGoldenCases, type TestResult } from './run-golden-cases.js';
export { goldenFacts, type JudgePosture } from './golden-facts.js';
export {
  type PartialDecision,
  partialAuthorize,
  type PolicySource,
  type ResidualPolicy,
  resolvePartial,
} from './partial/partial-authorize.js';
export type { PartialEntity, PartialQuestion } from './partial/partial-question.js';
export {
  accessQuestion,
  type AdmissionRequest,
  admissionQuestion,
  readAdmissionRequest,
  ReviewFault,
} from './kubernetes/index.js';
export type { Prospects } from './search/prospects.js';
export { standsWithin } from './search/stands-within.js';
export * from './plan/index.js';
