import type { EntityRecord, EntityRef, Filter } from '@sallyport/contracts';
import {
  CompiledEngine,
  EntityStore,
  type LoadedPolicy,
  type PlanQuestion,
  PlanRefusal,
  type PolicyPlan,
} from '../../src/index.js';
import { Rng } from '../differential/rng.js';
import { policyOf } from './policies.js';
import {
  entityOf,
  factsOf,
  IDS,
  parentsOf,
  type Row,
  ROW_TYPE,
  rowsOf,
  surroundings,
  TABLE,
  USERS,
} from './world.js';

/** One plan, the rows it is about, and what the engine decides about each of them. */
export interface PlanCase {
  readonly source: string;
  readonly rows: readonly Row[];
  readonly question: PlanQuestion;
  /** The plan, or why it was refused. */
  readonly plan: PolicyPlan | PlanRefusal;
  /** By row: whether it is permitted, and the policies that determined it. */
  readonly decisions: readonly {
    readonly permitted: boolean;
    readonly determining: readonly string[];
  }[];
}

const engine = new CompiledEngine();

/** A generated case; the same for the same seed and index. `whyNot` is what the plan's reader can't say. */
export function planCase(seed: number, index: number, whyNot?: PlanQuestion['whyNot']): PlanCase {
  const rng = new Rng(seed, index);
  const source = rng.times(rng.between(1, 4), (at) => policyOf(rng, `p${String(at)}`)).join('\n');
  const rows = rowsOf(rng);
  const records = [...surroundings(rng), ...rows.map((row) => entityOf(row, parentsOf(rng)))];
  const entities = storeOf(records);
  const principal: EntityRef = rng.chance(0.9)
    ? { type: 'user', id: rng.pick(USERS) }
    : { type: ROW_TYPE, id: rng.pick(IDS) };
  const asked = {
    principal: { ref: principal },
    action: 'read',
    facts: factsOf(rng),
    actionProperties: undefined,
    request: { n: rng.between(-1, 2), text: 'a' },
    entities,
  };
  const policy = engine.load('plans', { files: { 'main.cedar': source } });
  const question: PlanQuestion = {
    ...asked,
    resource: { type: ROW_TYPE, table: TABLE },
    membersOf: (ref) => entities.membersOf(ref),
    ...(whyNot === undefined ? {} : { whyNot }),
  };
  const decisions = rows.map(({ $id }) => {
    const resource = { ref: { type: ROW_TYPE, id: $id } };
    const { outcome, determining } = policy.evaluate({ ...asked, resource });
    return { permitted: outcome === 'permit', determining: determining.map(({ id }) => id) };
  });
  return { source, rows, question, plan: planned(policy, question), decisions };
}

function planned(policy: LoadedPolicy, question: PlanQuestion): PolicyPlan | PlanRefusal {
  try {
    const plan = policy.plan?.(question);
    if (plan === undefined) throw new Error('the compiled engine plans');
    return plan;
  } catch (error) {
    if (error instanceof PlanRefusal) return error;
    throw error;
  }
}

function storeOf(records: readonly EntityRecord[]): EntityStore {
  const store = new EntityStore();
  for (const record of records) store.put(record);
  return store;
}

/** What the plan says of a row, by whatever reads its filter. */
export function isThrough(
  { kind, filter }: PolicyPlan,
  matches: (filter: Filter) => boolean,
): boolean {
  if (kind !== 'conditional') return kind === 'always_allowed';
  if (filter === undefined) throw new Error('a conditional plan without a filter');
  return matches(filter);
}
