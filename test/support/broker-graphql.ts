import {
  getNamedType,
  getNullableType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isObjectType,
} from 'graphql';

export type OperationKind = 'query' | 'mutation' | 'subscription';

/** A root field of the schema, and how to ask it for all that it can show. */
export interface RootField {
  readonly kind: OperationKind;
  readonly name: string;
  /** Names of its arguments that name something by its id. */
  readonly idArguments: readonly string[];
  /** Names of the text members of its filter, if it has one. */
  readonly filterMembers: readonly string[];
  /** A document with `id` for every id; `filter` gives its one filter a member. */
  document(options: { readonly id: string; readonly filter?: readonly [string, string] }): string;
}

/** Every Query, Mutation and Subscription field. */
export function rootFields(schema: GraphQLSchema): RootField[] {
  const roots = [
    ['query', schema.getQueryType()],
    ['mutation', schema.getMutationType()],
    ['subscription', schema.getSubscriptionType()],
  ] as const;
  return roots.flatMap(([kind, type]) =>
    Object.values(type?.getFields() ?? {}).map((field) => rootField(kind, field)),
  );
}

function rootField(kind: OperationKind, field: GraphQLField<unknown, unknown>): RootField {
  const { name, args, type } = field;
  const filter = args.map((arg) => getNamedType(arg.type)).find(isInputObjectType);
  return {
    kind,
    name,
    idArguments: args.filter((arg) => getNamedType(arg.type).name === 'ID').map((arg) => arg.name),
    filterMembers: Object.values(filter?.getFields() ?? {})
      .filter((member) => getNamedType(member.type).name === 'String')
      .map((member) => member.name),
    document: (options) => {
      const given = args.flatMap((arg) => argument(arg, options));
      const list = given.length === 0 ? '' : `(${given.join(', ')})`;
      return `${kind} { ${name}${list} ${selection(type, [])} }`;
    },
  };
}

function argument(
  { name, type, defaultValue }: GraphQLArgument,
  { id, filter }: Parameters<RootField['document']>[0],
): string[] {
  const named = getNamedType(type);
  if (isInputObjectType(named)) {
    return filter ? [`${name}: { ${filter[0]}: ${JSON.stringify(filter[1])} }`] : [];
  }
  // The page after the first one is asked for with a cursor that nobody gave out.
  if (name === 'after') return [];
  if (defaultValue !== undefined && !isEnumType(named)) return [];
  return [`${name}: ${literal(type, id)}`];
}

function literal(type: GraphQLInputType, id: string): string {
  const nullable = getNullableType(type);
  if (isListType(nullable)) return `[${literal(nullable.ofType as GraphQLInputType, id)}]`;
  if (isEnumType(nullable)) {
    const names = nullable.getValues().map((value) => value.name);
    return names.find((name) => name === 'ALL') ?? names[0] ?? '';
  }
  switch (getNamedType(type).name) {
    case 'ID':
      return JSON.stringify(id);
    case 'Int':
      return '60';
    case 'String':
      return '"auditor"';
    default:
      throw new Error(`no literal is known for ${String(type)}`);
  }
}

/** Every field below, but no type inside of itself, and nothing that wants arguments. */
function selection(type: GraphQLOutputType, path: readonly string[]): string {
  const named = getNamedType(type);
  if (isLeafType(named)) return '';
  if (!isObjectType(named)) throw new Error(`${named.name} is neither object nor leaf`);
  const inner = [...path, named.name];
  const fields = Object.values(named.getFields())
    .filter(({ type: fieldType }) => !inner.includes(getNamedType(fieldType).name))
    .map((field) => `${field.name} ${selection(field.type, inner)}`);
  return `{ ${fields.join(' ')} }`;
}
