import type {
  EntityRef,
  Evaluation,
  EvaluationRequest,
  Facts,
  GoldenCase,
  GoldenExpectation,
  JsonObject,
  ReasonCode,
  TenantDefinition,
} from '@sallyport/contracts';
import type { PolicyEngine } from './engine.js';
import { EntityStore } from './entity-store.js';
import { goldenFacts, type JudgePosture } from './golden-facts.js';
import { goldenAdmission } from './kubernetes/index.js';
import { reasonsFor } from './reasons.js';

/** What a golden case gave. */
export interface GoldenOutcome {
  readonly decision: boolean;
  readonly reasons: readonly ReasonCode[];
  readonly determining: readonly string[];
  readonly erroring: readonly string[];
  readonly obligations: readonly string[];
}

export interface GoldenResult {
  readonly name: string;
  readonly file: string;
  readonly pass: boolean;
  readonly expected: GoldenExpectation;
  readonly got: GoldenOutcome;
  /** One sentence per difference; empty where the case passes. */
  readonly differences: readonly string[];
}

/**
 * Asks a golden case offline: the tenant's entities and policies, the case's own facts (what it leaves out is unknown), its subject's and resource's
 * properties taken as trusted. `nowMs` is the time of cases that name none; `judgePosture` decides whether a device complies where the case doesn't say so.
 */
export function runGoldenCase(
  tenant: TenantDefinition,
  test: GoldenCase,
  engine: PolicyEngine,
  nowMs: number,
  judgePosture?: JudgePosture,
): GoldenResult {
  const facts = goldenFacts(test, tenant.settings.posture, nowMs, judgePosture);
  const evaluation = ask(tenant, test, engine, facts);
  const isGrantable = tenant.accessRules.length > 0;
  const got: GoldenOutcome = {
    decision: evaluation.outcome === 'permit',
    reasons: reasonsFor(evaluation, facts, { isGrantable }),
    determining: evaluation.determining.map(({ id }) => id),
    erroring: evaluation.erroring.map(({ id }) => id),
    obligations: evaluation.obligations.map(({ type }) => type),
  };
  const differences = differencesOf(test.expect, got);
  return {
    name: test.name,
    file: test.file,
    pass: differences.length === 0,
    expected: test.expect,
    got,
    differences,
  };
}

function ask(
  tenant: TenantDefinition,
  test: GoldenCase,
  engine: PolicyEngine,
  facts: Facts,
): Evaluation {
  const { subject, action, resource, context } = requestOf(tenant, test);
  return engine.load('golden', tenant.policies).evaluate({
    principal: party(subject),
    action: action.name,
    resource: party(resource),
    facts,
    actionProperties: action.properties,
    request: context,
    entities: storeOf(tenant),
  });
}

function requestOf(
  tenant: TenantDefinition,
  { request, admission }: GoldenCase,
): EvaluationRequest {
  if (request !== undefined) return request;
  return goldenAdmission(admission ?? {}, (ref) => storeOf(tenant).get(ref));
}

function party({ type, id, properties }: EntityRef & { readonly properties?: JsonObject }) {
  return { ref: { type, id }, ...(properties === undefined ? {} : { trusted: properties }) };
}

const stores = new WeakMap<TenantDefinition, EntityStore>();

/** A tenant's entities; kept, for cases come in hundreds. */
function storeOf(tenant: TenantDefinition): EntityStore {
  const known = stores.get(tenant);
  if (known !== undefined) return known;
  const store = new EntityStore();
  for (const entity of tenant.entities) store.put(entity);
  stores.set(tenant, store);
  return store;
}

function differencesOf(expected: GoldenExpectation, got: GoldenOutcome): string[] {
  const missing = (expected.reasons ?? []).filter(
    (reason) => !got.reasons.some((given) => given === reason),
  );
  return [
    ...(expected.decision === got.decision
      ? []
      : [
          `expected ${word(expected.decision)}, got ${word(got.decision)} (${got.reasons.join(', ')})`,
        ]),
    ...missing.map((reason) => `expected the reason ${reason}, got ${listed(got.reasons)}`),
    ...setDifference('determining policies', expected.determining, got.determining),
    ...setDifference('obligations', expected.obligations, got.obligations),
  ];
}

function setDifference(
  what: string,
  expected: readonly string[] | undefined,
  got: readonly string[],
): string[] {
  if (expected === undefined || [...expected].sort().join('\n') === [...got].sort().join('\n'))
    return [];
  return [`expected the ${what} ${listed(expected)}, got ${listed(got)}`];
}

function word(decision: boolean): string {
  return decision ? 'permit' : 'deny';
}

function listed(items: readonly string[]): string {
  return items.length === 0 ? 'none' : items.join(', ');
}
