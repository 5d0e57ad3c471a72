import {
  CONSTRUCTORS,
  type ExtensionName,
  extensionText,
  validExtensionText,
} from './extension-literals.js';
import { longLiteral, stringLiteral } from './literals.js';
import type { Rng } from './rng.js';
import { type CedarJson, type CedarObject, record, type Uid } from './round.js';
import { anyType, DATETIME, DURATION, type Member, type Type } from './types.js';
import { typeNamed, type World } from './world.js';

/** How much of the data breaks the rules, as probabilities. */
export interface Disorder {
  /** A required member is left out. */
  readonly missing: number;
  /** A value is of another type than declared. */
  readonly mistyped: number;
  /** A member that nobody declared is there. */
  readonly surplus: number;
  /** An extension's text may be one that its constructor refuses. */
  readonly malformed: number;
  /** Entities and extension values are written without their escapes, as a schema allows. */
  readonly implicit: number;
}

/** Values of declared types, in the JSON form of entities and contexts. */
export class Values {
  constructor(
    private readonly rng: Rng,
    private readonly world: World,
    private readonly disorder: Disorder,
  ) {}

  record(members: readonly Member[]): CedarObject {
    const { rng, disorder } = this;
    const present = members.filter(({ required }) =>
      rng.chance(required ? 1 - disorder.missing : 0.6),
    );
    const entries = present.map(
      ({ name, type }) => [name, this.value(type)] as [string, CedarJson],
    );
    if (rng.chance(disorder.surplus)) entries.push(['surplus', this.value(this.anyType())]);
    return record(rng.chance(0.3) ? rng.shuffled(entries) : entries);
  }

  value(declared: Type): CedarJson {
    const { rng, world } = this;
    const type = rng.chance(this.disorder.mistyped) ? this.anyType() : declared;
    switch (type.kind) {
      case 'Boolean':
        return rng.chance(0.5);
      case 'Long':
        if (rng.chance(0.02)) return { __extn: { fn: 'toDays', arg: this.value(DURATION) } };
        return longLiteral(rng, world.isHuge);
      case 'String':
        return stringLiteral(rng);
      case 'Set':
        return rng.times(rng.below(4), () => this.value(type.element));
      case 'Record':
        return this.record(type.members);
      case 'Entity': {
        const uid = someUid(rng, world, type.name);
        return rng.chance(this.disorder.implicit) ? { ...uid } : { __entity: { ...uid } };
      }
      case 'Extension':
        return this.extension(type);
    }
  }

  private extension({ name }: Type & { kind: 'Extension' }): CedarJson {
    const { rng, disorder } = this;
    const text = rng.chance(disorder.malformed)
      ? extensionText(rng, name)
      : validExtensionText(rng, name);
    const isImplicit = rng.chance(disorder.implicit);
    if (isImplicit && rng.chance(0.6)) return text;
    const call = rng.chance(0.85) ? { fn: CONSTRUCTORS[name], arg: text } : this.call(name, text);
    return isImplicit ? call : { __extn: call };
  }

  /** Any other call that yields a value of the type. */
  private call(name: ExtensionName, text: string): CedarObject {
    if (name === 'datetime' && this.rng.chance(0.6))
      return { fn: 'offset', args: [this.value(DATETIME), this.value(DURATION)] };
    if (name === 'duration' && this.rng.chance(0.6))
      return { fn: 'durationSince', args: [this.value(DATETIME), this.value(DATETIME)] };
    return { fn: CONSTRUCTORS[name], args: [text] };
  }

  private anyType(): Type {
    return anyType(this.rng, entityNames(this.world), 1);
  }
}

export function entityNames({ types }: World): string[] {
  return types.map(({ name }) => name);
}

/** The name of an entity of this type: mostly one that the world knows. */
export function someUid(rng: Rng, world: World, type: string): Uid {
  const known = typeNamed(world, type);
  if (known === undefined || (!known.isEnum && rng.chance(0.08))) return { type, id: 'absent' };
  return { type, id: rng.pick(known.ids) };
}

/** An action or group of the world, or now and then one that it does not know. */
export function someAction(rng: Rng, { actions }: World): Uid {
  const { uid } = rng.pick(actions);
  return rng.chance(0.05) ? { type: uid.type, id: 'absent' } : uid;
}
