import { type Environment, someEnvironment } from './environment.js';
import { Expressions } from './expressions.js';
import type { Rng } from './rng.js';
import type { CedarJson, CedarObject, Expr, Link, PolicySource, Uid } from './round.js';
import { BOOLEAN } from './types.js';
import { entityNames, someAction, someUid } from './values.js';
import type { World } from './world.js';

export interface PolicySet {
  readonly policies: readonly PolicySource[];
  readonly templates: readonly PolicySource[];
  readonly links: readonly Link[];
}

type Effects = 'permit' | 'forbid' | 'both';
type Place = 'principal' | 'resource';

const ODD_POLICY_IDS = ['__proto__', 'constructor', '10', '2', 'é', 'a b', 'toString'];
/** Depths of conditions: the shallow ones show what one operator yields, the deep ones how operators meet. */
const DEPTHS = [1, 1, 2, 2, 2, 3, 3, 4, 5];

/** A policy set for mostly one environment, `focus`, so that many policies are candidates for many questions. */
export function makePolicies(rng: Rng, world: World, focus: Environment): PolicySet {
  const effects = rng.weighted<Effects>([
    [6, 'permit'],
    [2, 'forbid'],
    [3, 'both'],
  ]);
  const isLarge = rng.chance(0.03);
  const maker = new PolicyMaker(rng, world, focus, effects, isLarge);
  const ids = policyIds(rng, isLarge ? rng.between(16, 30) : rng.between(2, 8));
  const policies = ids.map((id) => ({ id, json: maker.policy(false) }));
  if (!rng.chance(0.3)) return { policies, templates: [], links: [] };
  const templates = rng.times(rng.between(1, 2), (at) => ({
    id: `t${at}`,
    json: maker.policy(true),
  }));
  const links = templates.flatMap(({ id, json }) =>
    rng.times(rng.below(4), (at) => ({
      templateId: id,
      newId: `${id}-${at}`,
      values: maker.slotValues(json),
    })),
  );
  return { policies, templates, links };
}

function policyIds(rng: Rng, count: number): string[] {
  const odd = rng.chance(0.05) ? rng.some(ODD_POLICY_IDS, 0.4) : [];
  return [...odd, ...rng.times(count, (at) => `p${at}`)];
}

class PolicyMaker {
  private readonly made: { readonly kind: string; readonly body: Expr }[] = [];

  constructor(
    private readonly rng: Rng,
    private readonly world: World,
    private readonly focus: Environment,
    private readonly effects: Effects,
    /** Many policies, of few parts in many combinations: what shares equal parts must tell the others apart. */
    private readonly isLarge: boolean,
  ) {}

  policy(isTemplate: boolean): CedarObject {
    const { rng, world } = this;
    const environment = rng.chance(0.75) ? this.focus : someEnvironment(rng, world);
    const disorder = rng.weighted([
      [65, 0],
      [25, 0.04],
      [10, 0.2],
    ]);
    const expressions = new Expressions(rng, world, environment, disorder);
    const slots = isTemplate
      ? rng.pick([['principal'], ['resource'], ['principal', 'resource']])
      : [];
    return {
      effect: this.effects === 'both' ? rng.pick(['permit', 'forbid']) : this.effects,
      principal: this.scope('principal', environment.principal, slots.includes('principal')),
      action: this.actionScope(environment),
      resource: this.scope('resource', environment.resource, slots.includes('resource')),
      conditions: rng.times(rng.pick([0, 1, 1, 1, 1, 1, 2, 2, 3]), () =>
        this.condition(expressions),
      ),
      ...(rng.chance(0.05) ? { annotations: { id: 'x', reason: 'é' } } : {}),
    };
  }

  /** A new condition, or one that another policy of the set has too, alone or joined with a new one. */
  private condition(expressions: Expressions) {
    const { rng, made } = this;
    if (this.isLarge && rng.chance(0.7)) return { kind: 'when', body: this.smallComparison() };
    const body = expressions.expression(BOOLEAN, rng.pick(DEPTHS));
    const condition = { kind: rng.chance(0.8) ? 'when' : 'unless', body };
    if (made.length === 0 || rng.chance(0.75)) {
      made.push(condition);
      return condition;
    }
    const known = rng.pick(made);
    if (rng.chance(0.6)) return known;
    const [left, right] = rng.shuffled([known.body, body]);
    return { kind: 'when', body: { '&&': { left, right } } as Expr };
  }

  private smallComparison(): Expr {
    const { rng } = this;
    const operand = () => ({ Value: rng.below(26) });
    return { [rng.pick(['<', '<=', '=='])]: { left: operand(), right: operand() } };
  }

  slotValues({ principal, resource }: CedarObject): Record<string, Uid> {
    const { focus } = this;
    return {
      ...(hasSlot(principal) ? { '?principal': this.uid(focus.principal) } : {}),
      ...(hasSlot(resource) ? { '?resource': this.uid(focus.resource) } : {}),
    };
  }

  private scope(place: Place, type: string, hasSlotHere: boolean): CedarObject {
    const { rng } = this;
    const target = (isOwnType: boolean) =>
      hasSlotHere
        ? { slot: `?${place}` }
        : { entity: { ...this.uid(isOwnType ? type : rng.pick(entityNames(this.world))) } };
    const form = rng.weighted([
      [hasSlotHere ? 0 : 10, 'All'],
      [2, '=='],
      [4, 'in'],
      [hasSlotHere ? 0 : 4, 'is'],
      [2, 'is in'],
    ] as const);
    const entity_type = rng.chance(0.85) ? type : rng.pick(entityNames(this.world));
    switch (form) {
      case 'All':
        return { op: 'All' };
      case '==':
        return { op: '==', ...target(true) };
      case 'in':
        return { op: 'in', ...target(rng.chance(0.4)) };
      case 'is':
        return { op: 'is', entity_type };
      case 'is in':
        return { op: 'is', entity_type, in: target(rng.chance(0.4)) };
    }
  }

  private actionScope({ action }: Environment): CedarObject {
    const { rng, world } = this;
    const some = () => ({ ...someAction(rng, world) });
    const form = rng.weighted([
      [10, 'All'],
      [4, '=='],
      [3, 'in'],
      [3, 'in list'],
    ] as const);
    switch (form) {
      case 'All':
        return { op: 'All' };
      case '==':
        return { op: '==', entity: rng.chance(0.7) ? { ...action.uid } : some() };
      case 'in':
        return { op: 'in', entity: some() };
      case 'in list':
        return { op: 'in', entities: rng.times(rng.below(4), some) };
    }
  }

  private uid(type: string): Uid {
    return someUid(this.rng, this.world, type);
  }
}

function hasSlot(scope: CedarJson | undefined): boolean {
  return JSON.stringify(scope)?.includes('"slot"') ?? false;
}
