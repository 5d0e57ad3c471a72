import { z } from 'zod';
import type { DataTable } from '../plan/index.js';
import { closed, text } from './fields.js';

/** What PostgreSQL takes for a name when it is quoted, and Prisma for a field. */
const name = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,62}$/, 'Must be a name of letters, digits and underscores.');

const places = { column: name, field: name.optional() };

const column = closed({
  ...places,
  type: z.enum(['string', 'long', 'bool', 'datetime', 'decimal', 'entity']),
  entity: text().optional(),
  set: z.boolean().default(false),
  required: z.boolean().default(false),
}).superRefine(({ type, entity, set }, ctx) => {
  const refuse = (path: string, message: string) =>
    ctx.addIssue({ code: 'custom', path: [path], message });
  if (type === 'entity' && entity === undefined)
    refuse('entity', 'Required: the type of the entities that the column names.');
  if (type !== 'entity' && entity !== undefined) refuse('entity', 'Only with the type entity.');
  if (set && !['string', 'long', 'entity'].includes(type))
    refuse('set', 'Only of string, long or entity.');
});

const attribute = text(128).refine((key) => !key.startsWith('$'), 'Must not begin with "$".');

const table: z.ZodType<DataTable> = closed({
  table: z
    .string()
    .max(127)
    .regex(/^[A-Za-z_]\w{0,62}(\.[A-Za-z_]\w{0,62})?$/, 'Must be a table such as clinic.records.'),
  id: closed(places),
  columns: z
    .record(attribute, column)
    .refine((columns) => Object.keys(columns).length <= 200, 'Must have at most 200 columns.'),
});

/** The member `data` of an enforcement point: tables by the type of the resources that they hold. */
export const dataTables: z.ZodType<Readonly<Record<string, DataTable>>> = z
  .record(text(), table)
  .refine((tables) => Object.keys(tables).length <= 100, 'Must have at most 100 tables.');
