import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { EntityRef } from '@sallyport/contracts';
import type { Place } from '@sallyport/risk';
import type { FactsProblem } from './facts-problem.js';
import { PlaceWriter } from './place-writer.js';

const user = (id: string): EntityRef => ({ type: 'user', id });
const seen = (atMs: number): Place => ({ country: 'DE', atMs });

let saved: { tenantId: string; id: string; atMs: number }[];
let problems: FactsProblem[];
let isDown: boolean;
let whileSaving: () => void;
let writer: PlaceWriter;

beforeEach(() => {
  [saved, problems, isDown] = [[], [], false];
  whileSaving = () => undefined;
  const savePlaces = async (
    tenantId: string,
    places: readonly { readonly subject: EntityRef; readonly place: Place }[],
  ) => {
    whileSaving();
    if (isDown) throw new Error('the database is down');
    for (const { subject, place } of places)
      saved.push({ tenantId, id: subject.id, atMs: place.atMs });
  };
  writer = new PlaceWriter({ savePlaces }, (problem) => problems.push(problem), 3);
});
afterEach(() => writer.close());

it('writes the last of several sightings of one subject, once', async () => {
  writer.write('acme', user('dana'), seen(1));
  writer.write('acme', user('dana'), seen(2));
  await writer.flush();
  await writer.flush();
  expect(saved).toEqual([{ tenantId: 'acme', id: 'dana', atMs: 2 }]);
});

it('keeps what could not be written, and never puts an older sighting over a newer one', async () => {
  isDown = true;
  writer.write('acme', user('dana'), seen(1));
  writer.write('acme', user('omar'), seen(1));
  whileSaving = () => writer.write('acme', user('dana'), seen(2));
  await writer.flush();
  isDown = false;
  whileSaving = () => undefined;
  await writer.flush();
  expect(saved).toEqual([
    { tenantId: 'acme', id: 'dana', atMs: 2 },
    { tenantId: 'acme', id: 'omar', atMs: 1 },
  ]);
});

it('drops the oldest when too many wait, and says so', async () => {
  for (const id of ['a', 'b', 'c', 'd']) writer.write('acme', user(id), seen(1));
  await writer.flush();
  expect(saved.map(({ id }) => id)).toEqual(['b', 'c', 'd']);
  expect(problems).toMatchObject([{ kind: 'places-dropped', tenantId: 'acme' }]);
});

it('writes what waits when it closes, and reports what it could not', async () => {
  writer.write('acme', user('dana'), seen(1));
  await writer.close();
  expect(saved).toHaveLength(1);
  isDown = true;
  writer.write('acme', user('omar'), seen(1));
  await writer.close();
  expect(problems).toMatchObject([
    { kind: 'places-dropped', message: '1 places were not written: the database is down' },
  ]);
});
