import type { DataTable, EntityRecord, EntityRef, Facts, Json } from '@sallyport/contracts';
import type { Rng } from '../differential/rng.js';

/** The rows that plans are asked about, and everything around them. */
export const ROW_TYPE = 'doc';
export const NOW_MS = Date.parse('2026-03-01T12:00:00.000Z');

const column = (type: DataTable['columns'][string]['type'], more: object = {}) =>
  ({ type, required: false, ...more }) as const;

/** A column of every type; `kind` and `rank` are never NULL. */
export const TABLE: DataTable = {
  table: 'docs',
  id: { column: 'id' },
  columns: {
    kind: { column: 'kind', ...column('string', { required: true }) },
    rank: { column: 'rank', ...column('long', { required: true }) },
    name: { column: 'name', ...column('string') },
    level: { column: 'level', ...column('long') },
    score: { column: 'score', ...column('long') },
    active: { column: 'active', ...column('bool') },
    created: { column: 'created', ...column('datetime') },
    price: { column: 'price', ...column('decimal') },
    owner: { column: 'owner_id', field: 'ownerId', ...column('entity', { entity: 'user' }) },
    folder: { column: 'folder_id', field: 'folderId', ...column('entity', { entity: 'folder' }) },
    tags: { column: 'tags', ...column('string', { set: true }) },
    readers: { column: 'readers', ...column('entity', { entity: 'user', set: true }) },
  },
};

/** A row by attribute, as a database gives it: NULL where it has no value. */
export type Row = Readonly<Record<string, Json>> & { readonly $id: string };

export const TEXTS = ['a', 'b', 'ab', 'a*b', 'b%', '', "o'hara", '"\\', 'ä_1'];
export const USERS = ['ann', 'bob', 'cyd', 'dan'];
export const FOLDERS = ['f0', 'f1', 'f2'];
export const TIMES = [
  '2026-02-28T23:59:59.999Z',
  '2026-03-01T12:00:00.000Z',
  '1969-07-20T20:17:40.000Z',
];
export const PRICES = ['0.0000', '-1.5000', '9.9999', '12.3400'];
export const IDS = Array.from({ length: 12 }, (_, at) => `d${String(at)}`);

export function rowsOf(rng: Rng): Row[] {
  return IDS.map(($id) => rowOf(rng, $id));
}

export function rowOf(rng: Rng, $id: string): Row {
  const maybe = <T extends Json>(make: () => T): T | null => (rng.chance(0.3) ? null : make());
  return {
    $id,
    kind: rng.pick(TEXTS),
    rank: rng.between(-2, 3),
    name: maybe(() => rng.pick(TEXTS)),
    level: maybe(() => rng.between(-2, 3)),
    score: maybe(() => rng.pick([0, 1, 2, 9_007_199_254_740_991, -9_007_199_254_740_991])),
    active: maybe(() => rng.chance(0.5)),
    created: maybe(() => rng.pick(TIMES)),
    price: maybe(() => rng.pick(PRICES)),
    owner: maybe(() => rng.pick(USERS)),
    folder: maybe(() => rng.pick(FOLDERS)),
    tags: maybe(() => rng.some(TEXTS, 0.3)),
    readers: maybe(() => rng.some(USERS, 0.4)),
  };
}

/** The row as the entity that a decision about it would see. */
export function entityOf({ $id, ...row }: Row, parents: readonly EntityRef[]): EntityRecord {
  const attrs = Object.entries(row)
    .filter(([, value]) => value !== null)
    .map(([name, value]): [string, Json] => [name, attributeOf(name, value)]);
  return { uid: { type: ROW_TYPE, id: $id }, attrs: Object.fromEntries(attrs), parents };
}

function attributeOf(name: string, value: Json): Json {
  const declared = TABLE.columns[name];
  const one = (member: Json): Json => {
    switch (declared?.type) {
      case 'entity':
        return { __entity: { type: declared.entity ?? '', id: member } };
      case 'datetime':
        return { __extn: { fn: 'datetime', arg: member } };
      case 'decimal':
        return { __extn: { fn: 'decimal', arg: member } };
      default:
        return member;
    }
  };
  return Array.isArray(value) ? value.map(one) : one(value);
}

/** Users in groups, folders in folders, some rows in folders; and the roles of live grants. */
export function surroundings(rng: Rng): EntityRecord[] {
  const bare = (type: string, id: string, parents: EntityRef[] = [], attrs = {}) => ({
    uid: { type, id },
    attrs,
    parents,
  });
  return [
    ...USERS.map((id) =>
      bare('user', id, rng.chance(0.5) ? [{ type: 'group', id: rng.pick(['g0', 'g1']) }] : [], {
        name: rng.pick(TEXTS),
        level: rng.between(-1, 2),
        home: { __entity: { type: 'folder', id: rng.pick(FOLDERS) } },
      }),
    ),
    bare('group', 'g1', rng.chance(0.5) ? [{ type: 'group', id: 'g0' }] : []),
    bare('folder', 'f1', [{ type: 'folder', id: 'f0' }]),
    bare('role', 'reader', rng.chance(0.5) ? [{ type: 'group', id: 'g0' }] : []),
  ];
}

export function parentsOf(rng: Rng): EntityRef[] {
  return rng.chance(0.5) ? [{ type: 'folder', id: rng.pick(FOLDERS) }] : [];
}

export function factsOf(rng: Rng): Facts {
  const grant = {
    id: 'g',
    role: { type: 'role', id: 'reader' },
    endsAtMs: NOW_MS + 1_000,
    breakGlass: false,
  };
  return {
    nowMs: NOW_MS,
    authn: { method: 'asserted', verified: false },
    grants: rng.chance(0.4) ? [grant] : [],
    missing: [],
    registerVersion: 1,
  };
}
