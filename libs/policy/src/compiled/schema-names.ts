import type { SchemaJson } from '@cedar-policy/cedar-wasm/nodejs';
import { EntityValue } from './value.js';

/** A type of a schema, with its names resolved. */
export type SchemaType =
  | { readonly kind: 'Boolean' | 'Long' | 'String' }
  | { readonly kind: 'Entity'; readonly name: string }
  | { readonly kind: 'Extension'; readonly name: string }
  | { readonly kind: 'Set'; readonly element: SchemaType }
  | {
      readonly kind: 'Record';
      readonly members: ReadonlyMap<
        string,
        { readonly type: SchemaType; readonly isRequired: boolean }
      >;
    };

const BUILT_IN: ReadonlyMap<string, SchemaType> = new Map<string, SchemaType>([
  ['Bool', { kind: 'Boolean' }],
  ['Boolean', { kind: 'Boolean' }],
  ['Long', { kind: 'Long' }],
  ['String', { kind: 'String' }],
  ...['decimal', 'ipaddr', 'datetime', 'duration'].map((name): [string, SchemaType] => [
    name,
    { kind: 'Extension', name },
  ]),
]);

interface Written {
  readonly type: string;
  readonly name?: string;
  readonly element?: Written;
  readonly attributes?: Readonly<Record<string, Written & { readonly required?: boolean }>>;
}

/** Finds what the names in a schema mean: in their own namespace first, then in the empty one, then what Cedar itself defines. */
export class SchemaNames {
  constructor(private readonly schema: SchemaJson<string>) {}

  /** A type as it is written in a namespace. */
  type(json: unknown, namespace: string): SchemaType {
    const written = json as Written;
    switch (written.type) {
      case 'Set':
        return { kind: 'Set', element: this.type(written.element, namespace) };
      case 'Record':
        return { kind: 'Record', members: this.members(written, namespace) };
      case 'Entity':
        return { kind: 'Entity', name: this.entityType(written.name ?? '', namespace) };
      case 'Extension':
        return { kind: 'Extension', name: written.name ?? '' };
      case 'String':
      case 'Long':
      case 'Boolean':
        return { kind: written.type };
      case 'EntityOrCommon':
        return this.named(written.name ?? '', namespace);
      default:
        return this.named(written.type, namespace);
    }
  }

  entityType(name: string, namespace: string): string {
    const declared = places(name, namespace).find(
      (place) => this.namespaceOf(place)?.entityTypes[baseOf(place)] !== undefined,
    );
    if (declared === undefined) throw new Error(`the schema has no entity type ${name}`);
    return declared;
  }

  actionGroup(
    { id, type }: { readonly id: string; readonly type?: string },
    namespace: string,
  ): EntityValue {
    const own = namespace === '' ? 'Action' : `${namespace}::Action`;
    if (type === undefined) return new EntityValue(own, id);
    const declared = places(type, namespace).find(
      (place) => this.namespaceOf(place)?.actions[id] !== undefined,
    );
    return new EntityValue(declared ?? type, id);
  }

  private named(name: string, namespace: string): SchemaType {
    for (const place of places(name, namespace)) {
      const within = this.namespaceOf(place);
      const common = within?.commonTypes?.[baseOf(place)];
      if (common !== undefined) return this.type(common, spaceOf(place));
      if (within?.entityTypes[baseOf(place)] !== undefined) return { kind: 'Entity', name: place };
    }
    const builtIn = BUILT_IN.get(name.replace(/^__cedar::/, ''));
    if (builtIn === undefined) throw new Error(`the schema has no type ${name}`);
    return builtIn;
  }

  private members(
    { attributes }: Written,
    namespace: string,
  ): Map<string, { type: SchemaType; isRequired: boolean }> {
    const entries = Object.entries(attributes ?? {}).map(
      ([name, member]): [string, { type: SchemaType; isRequired: boolean }] => [
        name,
        { type: this.type(member, namespace), isRequired: member.required ?? true },
      ],
    );
    return new Map(entries);
  }

  private namespaceOf(place: string): SchemaJson<string>[string] | undefined {
    const space = spaceOf(place);
    return Object.hasOwn(this.schema, space) ? this.schema[space] : undefined;
  }
}

/** Where a name may be declared, nearest first. */
function places(name: string, namespace: string): string[] {
  return name.includes('::') || namespace === '' ? [name] : [`${namespace}::${name}`, name];
}

function spaceOf(place: string): string {
  const at = place.lastIndexOf('::');
  return at < 0 ? '' : place.slice(0, at);
}

function baseOf(place: string): string {
  const at = place.lastIndexOf('::');
  return at < 0 ? place : place.slice(at + 2);
}
