import { QueryRefusedError } from './query-refused.js';

export type Args = Readonly<Record<string, unknown>>;

/** What the guard must know of a model. */
export interface Model {
  readonly relations: ReadonlySet<string>;
  /** A `where` that no row passes, in whatever it stands. */
  readonly noRow: object;
}

interface Field {
  readonly name: string;
  readonly kind: string;
  readonly type: string;
  readonly isList?: boolean;
}

interface RuntimeDataModel {
  readonly models?: Readonly<Record<string, { readonly fields: readonly Field[] }>>;
}

/** Types that have `in`. */
const LISTABLE = new Set(['String', 'Int', 'BigInt', 'Float', 'Decimal', 'DateTime']);

/**
 * The models of a client, by what the client itself goes by. Throws QueryRefusedError where that is not to be had: then nobody could tell a relation from a
 * column.
 */
export function modelsOf(client: object): ReadonlyMap<string, Model> {
  const { _runtimeDataModel: known } = client as { readonly _runtimeDataModel?: RuntimeDataModel };
  const models = Object.entries(known?.models ?? {});
  if (models.length === 0)
    throw new QueryRefusedError('the client does not say what its models are');
  return new Map(models.map(([name, { fields }]) => [name, modelOf(name, fields)]));
}

function modelOf(model: string, fields: readonly Field[]): Model {
  const relations = fields.filter(({ kind }) => kind === 'object').map(({ name }) => name);
  const column = fields.find(
    ({ kind, type, isList }) => kind === 'scalar' && isList !== true && LISTABLE.has(type),
  );
  if (!column) throw new QueryRefusedError(`${model}: it has no column that a condition could use`);
  return { relations: new Set(relations), noRow: { [column.name]: { in: [] } } };
}

/** Throws QueryRefusedError where a query reaches into another model: its rows would come, or be looked at, without a filter. */
export function refuseRelations(args: Args, { relations }: Model, query: string): void {
  for (const part of ['select', 'include', 'omit', 'where', 'having', 'orderBy', 'data']) {
    for (const name of fieldsOf(args[part])) {
      // `_count` of a selection counts related rows.
      const isCount = name === '_count' && (part === 'select' || part === 'include');
      if (relations.has(name) || isCount)
        throw new QueryRefusedError(`${query}: ask for ${name} in a query of its own`);
    }
  }
}

/** The fields that a member names by itself, in whatever connection. */
function* fieldsOf(member: unknown): Generator<string> {
  for (const one of [member].flat(1)) {
    if (typeof one !== 'object' || one === null) continue;
    for (const [name, value] of Object.entries(one)) {
      if (name === 'AND' || name === 'OR' || name === 'NOT') yield* fieldsOf(value);
      else yield name;
    }
  }
}
