import { type Environment, someEnvironment } from './environment.js';
import { makePolicies } from './policies.js';
import { withPairs } from './pair-forms.js';
import { Rng } from './rng.js';
import type { Question, Round, Uid } from './round.js';
import { actionEntities, asWritten, makeEntities, type PlainEntity } from './store.js';
import { type Disorder, entityNames, someAction, someUid, Values } from './values.js';
import { schemaJson, type World, makeWorld } from './world.js';

/** Every round puts as many questions, so that a number of cases is a number of rounds. */
export const QUESTIONS = 8;

const UNTYPED: Disorder = {
  missing: 0.08,
  mistyped: 0.04,
  surplus: 0.1,
  malformed: 0,
  implicit: 0,
};
const CONFORMING: Disorder = { missing: 0, mistyped: 0, surplus: 0, malformed: 0, implicit: 0.4 };
const NEARLY: Disorder = {
  missing: 0.02,
  mistyped: 0.02,
  surplus: 0.02,
  malformed: 0.1,
  implicit: 0.3,
};

/** The round with this number: the same seed and number give the same round. */
export function generateRound(seed: number, index: number): Round {
  const rng = new Rng(seed, index);
  const world = makeWorld(rng);
  const focus = someEnvironment(rng, world);
  const hasSchema = rng.chance(0.35);
  const disorder = hasSchema ? (rng.chance(0.85) ? CONFORMING : NEARLY) : UNTYPED;
  const isTidy = disorder === CONFORMING;
  const edges = { wrongType: hasSchema ? (isTidy ? 0 : 0.05) : 0.1, broken: isTidy ? 0 : 0.02 };
  const entities = makeEntities(rng, world, disorder, edges);
  const actions = hasSchema ? [] : actionEntities(rng, world, edges);
  const asker = new Asker(rng, world, focus, entities, hasSchema);
  const round = {
    ...(hasSchema ? { schema: schemaJson(world) } : {}),
    ...makePolicies(rng, world, focus),
    entities: [...entities, ...actions].map((entity) => asWritten(rng, entity)),
    questions: rng.times(QUESTIONS, () => asker.question()),
  };
  return withPairs(new Rng(seed, ~index), round);
}

class Asker {
  constructor(
    private readonly rng: Rng,
    private readonly world: World,
    private readonly focus: Environment,
    private readonly entities: readonly PlainEntity[],
    private readonly hasSchema: boolean,
  ) {}

  question(): Question {
    const { rng, world } = this;
    const environment = rng.chance(0.7) ? this.focus : someEnvironment(rng, world);
    const isTidy = rng.chance(this.hasSchema ? 0.9 : 0.6);
    const values = new Values(rng, world, this.disorder(isTidy));
    const action = isTidy || rng.chance(0.7) ? environment.action.uid : someAction(rng, world);
    return {
      principal: this.uid(environment.principal, isTidy),
      action,
      resource: this.uid(environment.resource, isTidy),
      context: values.record(environment.action.context),
      validateRequest: this.hasSchema && rng.chance(0.5),
    };
  }

  private disorder(isTidy: boolean): Disorder {
    const malformed = this.rng.chance(0.02) ? 0.5 : 0;
    if (this.hasSchema) return { ...(isTidy ? CONFORMING : NEARLY), malformed };
    return isTidy ? { ...CONFORMING, implicit: 0, malformed } : { ...UNTYPED, malformed };
  }

  private uid(type: string, isTidy: boolean): Uid {
    const { rng, world } = this;
    if (!isTidy && rng.chance(0.15)) return someUid(rng, world, rng.pick(entityNames(world)));
    const present = this.entities.filter(({ uid }) => uid.type === type);
    if (present.length > 0 && rng.chance(0.85)) return rng.pick(present).uid;
    return someUid(rng, world, type);
  }
}
