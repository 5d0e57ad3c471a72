import pg from 'pg';
import type { PlanCase } from '../../libs/policy/test/plan/cases.js';
import { type Row, TABLE } from '../../libs/policy/test/plan/world.js';

const TYPES: Readonly<Record<string, string>> = {
  kind: 'text NOT NULL',
  rank: 'integer NOT NULL',
  name: 'text',
  level: 'integer',
  score: 'bigint',
  active: 'boolean',
  created: 'timestamptz(3)',
  price: 'numeric(20, 4)',
  owner: 'text',
  folder: 'text',
  tags: 'text[]',
  readers: 'text[]',
};

/** Makes the table `docs`, with the rows of each case under its number as `round`. */
export async function fillDocs(client: pg.Client, cases: readonly PlanCase[]): Promise<void> {
  const columns = Object.entries(TYPES).map(([name, type]) => `${columnOf(name)} ${type}`);
  await client.query(`CREATE TABLE docs (round integer, id text, ${columns.join(', ')})`);
  for (const [round, { rows }] of cases.entries()) {
    for (const row of rows) await insert(client, round, row);
  }
}

/** The ids of the rows that a decision permits. */
export function permittedIn({ rows, decisions }: PlanCase): string[] {
  return rows
    .filter((_, at) => decisions[at]?.permitted)
    .map(({ $id }) => $id)
    .sort();
}

function columnOf(attribute: string): string {
  return TABLE.columns[attribute]?.column ?? attribute;
}

async function insert(client: pg.Client, round: number, { $id, ...row }: Row): Promise<void> {
  const names = Object.keys(row).map(columnOf);
  const places = names.map((_, at) => `$${String(at + 3)}`);
  await client.query(
    `INSERT INTO docs (round, id, ${names.join(', ')}) VALUES ($1, $2, ${places.join(', ')})`,
    [round, $id, ...Object.values(row)],
  );
}
