import type { JsonObject, MaskMethod, Obligation } from '@sallyport/contracts';

/** A field and how it is masked, as an obligation says it. */
export type Mask = readonly [field: string, method: MaskMethod];

/**
 * The masks of an obligation: `{"type": "mask", "mask": {"ssn": {"method": "redact"}}}`; of any other type, if it has such a member. Undefined where it says
 * something that is no mask.
 */
export function masksOf({ type, properties }: Obligation): readonly Mask[] | undefined {
  const mask = properties?.['mask'];
  if (mask === undefined) return type === 'mask' ? undefined : [];
  if (!isObject(mask)) return undefined;
  const masks: Mask[] = [];
  for (const [field, written] of Object.entries(mask)) {
    const method = methodOf(written);
    if (method === undefined) return undefined;
    masks.push([field, method]);
  }
  return masks;
}

function methodOf(written: unknown): MaskMethod | undefined {
  if (!isObject(written)) return undefined;
  const { method, value, keepFirst, keepLast } = written;
  switch (method) {
    case 'redact':
    case 'hash':
      return { method };
    case 'replace':
      return value === undefined ? undefined : { method, value };
    case 'partial':
      if (!isCount(keepFirst) || !isCount(keepLast)) return undefined;
      return {
        method,
        ...(keepFirst === undefined ? {} : { keepFirst }),
        ...(keepLast === undefined ? {} : { keepLast }),
      };
    default:
      return undefined;
  }
}

/** The stricter of two methods: who asked for the weaker one is served too. */
export function stricter(one: MaskMethod, other: MaskMethod): MaskMethod {
  return strictness(other) > strictness(one) ? other : one;
}

function strictness(mask: MaskMethod): number {
  switch (mask.method) {
    case 'redact':
      return 3;
    case 'replace':
      return 2;
    case 'hash':
      return 1;
    case 'partial':
      // Below all others, and the lower the more it keeps.
      return -(mask.keepFirst ?? 0) - (mask.keepLast ?? 0);
  }
}

function isCount(value: unknown): value is number | undefined {
  return value === undefined || (Number.isSafeInteger(value) && (value as number) >= 0);
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
