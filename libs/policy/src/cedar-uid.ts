import type { EntityJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { EntityRecord, EntityRef, Json, JsonObject } from '@sallyport/contracts';
import { escapeTypeName } from '@sallyport/contracts';

/** Cedar's uid of an entity that AuthZEN's words name. */
export function cedarUid({ type, id }: EntityRef): EntityRef {
  return { type: escapeTypeName(type), id };
}

/** An entity as Cedar's JSON. Attributes are Cedar JSON already; only the types inside of `__entity` are still AuthZEN's words. */
export function cedarEntity({ uid, attrs, parents }: EntityRecord): EntityJson {
  const attributes = cedarAttributes(attrs) as EntityJson['attrs'];
  return { uid: cedarUid(uid), attrs: attributes, parents: parents.map(cedarUid) };
}

/** The entities that attributes refer to. */
export function* referencesIn(value: Json): Generator<EntityRef> {
  if (typeof value !== 'object' || value === null) return;
  const ref = entityEscape(value);
  if (ref !== undefined) yield ref;
  else for (const member of Object.values(value) as Json[]) yield* referencesIn(member);
}

function cedarAttributes(attributes: JsonObject): JsonObject {
  const entries = Object.entries(attributes).map(([key, value]) => [key, cedarValue(value)]);
  return Object.fromEntries(entries) as JsonObject;
}

function cedarValue(value: Json): Json {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item: Json) => cedarValue(item));
  const ref = entityEscape(value);
  return ref === undefined
    ? cedarAttributes(value as JsonObject)
    : { __entity: { ...cedarUid(ref) } };
}

function entityEscape(value: object): EntityRef | undefined {
  const { __entity: ref, ...others } = value as { __entity?: Partial<EntityRef> };
  if (Object.keys(others).length > 0 || typeof ref?.type !== 'string' || typeof ref.id !== 'string')
    return undefined;
  return { type: ref.type, id: ref.id };
}
