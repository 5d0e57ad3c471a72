import { type DetailedError, type SchemaJson, schemaToJson } from '@cedar-policy/cedar-wasm/nodejs';
import { cedarTokens } from './cedar-tokens.js';
import { CONTEXT_SCHEMA } from './context-schema.js';
import { schemaFault, type SourceFault } from './source-limits.js';

type Schema = SchemaJson<string>;
type ContextType = NonNullable<
  NonNullable<Schema[string]['actions'][string]['appliesTo']>['context']
>;
type Attributes = Readonly<Record<string, { readonly required?: boolean }>>;

/** What a client sends: only here a tenant's schema says more than the product's. */
const OPEN = new Set(['action', 'request']);

export type MergedSchema =
  | { readonly ok: true; readonly schema: Schema; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly fault?: SourceFault; readonly errors: readonly DetailedError[] };

/**
 * A tenant's schema with the shipped context in every action. What the tenant declares under `context.action` and `context.request` is taken; what it
 * declares beside the shipped names is never given, so it becomes optional, with a warning.
 */
export function mergeSchema(text: string): MergedSchema {
  const fault = schemaFault(cedarTokens(text));
  if (fault !== undefined) return { ok: false, fault, errors: [] };
  const answer = parseSchema(text);
  if (answer.type === 'failure') return { ok: false, errors: answer.errors };
  const warnings = new Set<string>();
  const shipped = shippedAttributes();
  const namespaces = Object.entries(answer.json).map(
    ([name, namespace]): [string, Schema[string]] => {
      const actions = Object.entries(namespace.actions).map(
        ([id, action]): [string, typeof action] => {
          if (action.appliesTo === undefined) return [id, action];
          const own = recordAttributes(action.appliesTo.context, name, answer.json);
          const context = {
            type: 'Record',
            attributes: mergeAttributes(shipped, own, warnings),
          } as ContextType;
          return [id, { ...action, appliesTo: { ...action.appliesTo, context } }];
        },
      );
      return [name, { ...namespace, actions: Object.fromEntries(actions) }];
    },
  );
  return { ok: true, schema: Object.fromEntries(namespaces), warnings: [...warnings] };
}

/** Parses a schema; a parser that fails altogether is an error like any other. */
export function parseSchema(text: string): ReturnType<typeof schemaToJson> {
  try {
    return schemaToJson(text);
  } catch (error) {
    const message = `Cedar's parser failed: ${String(error)}`;
    return {
      type: 'failure',
      errors: [{ message, help: null, code: null, url: null, severity: null }],
    };
  }
}

function shippedAttributes(): Attributes {
  const answer = parseSchema(CONTEXT_SCHEMA);
  const type = answer.type === 'success' ? answer.json['']?.commonTypes?.['Context'] : undefined;
  if (type?.type !== 'Record') throw new Error('the shipped context schema does not parse');
  return (type as unknown as { attributes: Attributes }).attributes;
}

function mergeAttributes(shipped: Attributes, own: Attributes, warnings: Set<string>): Attributes {
  const merged: Record<string, { readonly required?: boolean }> = { ...shipped };
  for (const [name, type] of Object.entries(own)) {
    if (OPEN.has(name)) merged[name] = { ...type, required: true };
    else if (Object.hasOwn(shipped, name))
      warnings.add(`context.${name} comes with the product; its declaration here is not used.`);
    else {
      merged[name] = { ...type, required: false };
      warnings.add(
        `context.${name} is never given; what a client sends is in context.request.${name}.`,
      );
    }
  }
  return merged;
}

/** The attributes of a context type, through the common types that name it. */
function recordAttributes(
  type: ContextType | undefined,
  namespace: string,
  schema: Schema,
): Attributes {
  let current: unknown = type;
  for (let step = 0; step < 32 && typeof current === 'object' && current !== null; step++) {
    const {
      type: kind,
      name,
      attributes,
    } = current as { type: string; name?: string; attributes?: Attributes };
    if (kind === 'Record') return attributes ?? {};
    current = commonType(
      kind === 'EntityOrCommon' || kind === 'CommonType' ? (name ?? '') : kind,
      namespace,
      schema,
    );
  }
  return {};
}

function commonType(name: string, namespace: string, schema: Schema): unknown {
  const at = name.lastIndexOf('::');
  if (at >= 0) return schema[name.slice(0, at)]?.commonTypes?.[name.slice(at + 2)];
  return schema[namespace]?.commonTypes?.[name] ?? schema['']?.commonTypes?.[name];
}
