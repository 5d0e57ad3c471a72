import { describe, expect, jest, test } from '@jest/globals';
import type { EntityRef } from '@sallyport/contracts';
import { acme, KEY } from '../acme.fake.js';
import { startBroker, type TestBroker } from '../decide.fake.js';
import type { Question } from '../question.js';
import type { Searched } from './read-search.js';
import {
  ACTIONS,
  Dice,
  EVERY_POLICY,
  HOLDER,
  makeWorld,
  type SearchWorld,
  type Size,
  somePolicies,
} from './search-world.fake.js';

jest.setTimeout(300_000);

const SEED = 20_261_127;
const SMALL = { users: 14, groups: 4, records: 18, folders: 4, grants: 8 };
const LARGE = { users: 300, groups: 12, records: 200, folders: 12, grants: 60 };
const CONTEXTS = [{}, { urgent: true }, { device_id: 'dana-laptop', purpose: 'TREAT' }];

/** A broker with a world, and what an evaluation can be asked about in it. */
interface Place {
  readonly broker: TestBroker;
  readonly world: SearchWorld;
  readonly subjects: readonly EntityRef[];
}

async function placeWith(dice: Dice, size: Size, policies: string): Promise<Place> {
  const world = makeWorld(dice, size);
  const broker = await startBroker(
    acme({ entities: world.entities, policies: { files: { 'policies/main.cedar': policies } } }),
  );
  for (const grant of world.grants) broker.facts.put('acme', grant);
  const users = world.entities.map(({ uid }) => uid).filter(({ type }) => type === 'user');
  const isHolding = world.grants.some(({ value }) => value?.subject === HOLDER);
  return { broker, world, subjects: isHolding ? [...users, HOLDER] : users };
}

function someQuestion(dice: Dice, { world, subjects }: Place): Question {
  const entities = world.entities.map(({ uid }) => uid);
  const resources = entities.filter(({ type }) => type !== 'group' && type !== 'Action');
  return {
    subject: dice.pick([...subjects, { type: 'user', id: 'stranger' }]),
    action: { name: dice.pick(ACTIONS) },
    resource: dice.pick([...resources, { type: 'record', id: 'nowhere' }]),
    context: dice.pick(CONTEXTS),
  };
}

/** Every name that register and policies know, and that could stand in the place of what is searched for. */
function namesFor(searched: Searched, question: Question, place: Place): string[] {
  const { broker, world, subjects } = place;
  if (searched === 'action')
    return [...new Set(['read', ...(broker.facts.tenant('acme')?.policy?.actionNames ?? [])])];
  if (searched === 'subject') return subjects.map(({ id }) => id);
  const { type } = question.resource;
  return world.entities.flatMap(({ uid }) => (uid.type === type ? uid.id : []));
}

function withName(searched: Searched, question: Question, name: string): Question {
  if (searched === 'action') return { ...question, action: { name } };
  const entity = searched === 'subject' ? question.subject : question.resource;
  return { ...question, [searched]: { ...entity, id: name } } as Question;
}

/** By asking about each, one after the other. */
async function permitted(searched: Searched, question: Question, place: Place, names: string[]) {
  if (names.length === 0) return [];
  const pep = place.broker.facts.pepByKey(KEY);
  if (!pep) throw new Error('the gateway is unknown');
  const questions = names.map((name) => withName(searched, question, name));
  const { outcomes } = await place.broker.decide.decideAll({ pep }, questions, 'execute_all');
  return names.filter((_, at) => outcomes[at]?.permitted).sort();
}

/** By searching, page by page. */
async function found(searched: Searched, question: Question, { broker }: Place, limit: number) {
  const names: string[] = [];
  for (let token: string | undefined; token !== '';) {
    const { status, body } = await broker.post(`/access/v1/search/${searched}`, {
      ...question,
      page: { limit, ...(token === undefined ? {} : { token }) },
    });
    expect(status).toBe(200);
    const { page, results } = body as {
      page: { next_token: string };
      results: { id?: string; name?: string }[];
    };
    names.push(...results.map(({ id, name }) => id ?? name ?? ''));
    token = page.next_token;
  }
  return names;
}

/** Finds what asking about each would permit, all of it, in order, and nothing that an evaluation denies. Gives how many were found. */
async function expectAgreement(place: Place, dice: Dice, searched: Searched): Promise<number> {
  const question = someQuestion(dice, place);
  const names = namesFor(searched, question, place);
  const expected = await permitted(searched, question, place, names);
  const got = await found(searched, question, place, 1 + dice.below(9) * 40);
  expect(got).toEqual([...new Set(got)].sort());
  const known = new Set(names);
  expect({ searched, question, got: got.filter((name) => known.has(name)) }).toEqual({
    searched,
    question,
    got: expected,
  });
  // What only policies know is found as well, where it is permitted.
  const others = got.filter((name) => !known.has(name));
  expect(await permitted(searched, question, place, others)).toEqual(others);
  return got.length;
}

const KINDS = ['subject', 'resource', 'action'] as const;

describe('a search finds exactly what evaluations permit', () => {
  test('in many small worlds under many policies', async () => {
    let [all, some] = [0, 0];
    for (let round = 0; round < 60; round += 1) {
      const dice = new Dice(SEED + round);
      const place = await placeWith(dice, SMALL, somePolicies(dice));
      for (let turn = 0; turn < 5; turn += 1) {
        for (const searched of KINDS) {
          const count = await expectAgreement(place, dice, searched);
          all += 1;
          some += count > 0 ? 1 : 0;
        }
      }
      await place.broker.server.close();
    }
    // Agreement about nothing would be no agreement.
    expect(some / all).toBeGreaterThan(0.25);
  });

  test('in a larger world under all policies at once', async () => {
    const dice = new Dice(SEED - 1);
    const place = await placeWith(dice, LARGE, EVERY_POLICY);
    let count = 0;
    for (let turn = 0; turn < 12; turn += 1)
      for (const searched of KINDS) count += await expectAgreement(place, dice, searched);
    expect(count).toBeGreaterThan(500);
    await place.broker.server.close();
  });

  test('in hierarchies that are too large to be gathered for each page', async () => {
    const size = { users: 6_000, groups: 3, records: 7_000, folders: 3, grants: 400 };
    const dice = new Dice(SEED - 3);
    const place = await placeWith(dice, size, LARGE_HIERARCHIES);
    const ofUser = (at: number): Question => ({
      subject: { type: 'user', id: `user${String(at)}` },
      action: { name: 'read' },
      resource: { type: 'record', id: 'record1' },
      context: {},
    });
    for (const [searched, question, atLeast] of [
      ['resource', ofUser(1), 2_000],
      ['subject', ofUser(1), 2_000],
      ['subject', { ...ofUser(1), action: { name: 'write' } }, 40],
    ] as const) {
      const names = namesFor(searched, question, place);
      const expected = await permitted(searched, question, place, names);
      expect(expected.length).toBeGreaterThan(atLeast);
      expect(await found(searched, question, place, 900)).toEqual(expected);
    }
  });

  test('after the register changed', async () => {
    const dice = new Dice(SEED - 2);
    const place = await placeWith(dice, SMALL, somePolicies(new Dice(SEED + 3)) + OPEN);
    for (let turn = 0; turn < 25; turn += 1) {
      const at = dice.below(place.world.entities.length);
      const { uid, attrs } = place.world.entities[at] ?? { uid: HOLDER, attrs: {} };
      const isGone = dice.isLucky(3) && uid.type === 'record';
      const value = isGone ? {} : { value: { uid, attrs, parents: [] } };
      place.broker.facts.put('acme', { kind: 'entity', key: [uid.type, uid.id], ...value });
      const there = place.world.entities.filter(
        ({ uid: one }) => place.broker.facts.tenant('acme')?.entity(one) !== undefined,
      );
      await expectAgreement(
        { ...place, world: { ...place.world, entities: there } },
        dice,
        'resource',
      );
    }
  });
});

const OPEN = '\n@id("open") permit (principal, action == Action::"read", resource);';

const LARGE_HIERARCHIES = `
@id("groups") permit (principal in group::"group0", action == Action::"read", resource);
@id("folders") permit (principal, action == Action::"read", resource in folder::"folder0");
@id("roles") permit (principal in role::"r0", action == Action::"write", resource);
`;
