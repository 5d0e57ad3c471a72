import {
  type FieldMask,
  fieldsOf,
  type Filter,
  filterMatches,
  type JsonObject,
} from '@sallyport/contracts';
import type { Args } from './prisma-models.js';
import { QueryRefusedError } from './query-refused.js';

export interface MaskSettings {
  /** The key of HMAC-SHA-256 for the mask `hash`. Without one such a field is emptied: an unkeyed hash of a short text is no mask. */
  readonly hashKey?: string;
}

type MaskedField = readonly [field: string, mask: FieldMask];

// Whoever sorts or filters by a field, or counts its values, learns what it holds.
const PROBING = ['where', 'having', 'orderBy', 'cursor', 'distinct', 'by'].concat([
  '_count',
  '_min',
  '_max',
  '_sum',
  '_avg',
]);

/** Applies the masks of some plans to what a query gives. */
export class Masker {
  private readonly masks: readonly MaskedField[];

  /** Throws QueryRefusedError for masks that are none: what they meant to hide would be shown. */
  constructor(
    masks: readonly unknown[],
    private readonly settings: MaskSettings,
  ) {
    this.masks = masks.flatMap(readMasks);
  }

  /** Throws QueryRefusedError where a query would tell what a mask hides. */
  refuseProbes(args: Args, operation: string, query: string): void {
    if (this.masks.length === 0) return;
    const probing = operation === 'count' ? [...PROBING, 'select'] : PROBING;
    const named = new Set(probing.flatMap((part) => [...namesIn(args[part])]));
    const probed = this.masks.find(([field]) => [...named].some((name) => mentions(name, field)));
    if (probed) throw new QueryRefusedError(`${query}: ${probed[0]} is masked`);
  }

  async mask(result: unknown): Promise<unknown> {
    if (this.masks.length === 0 || typeof result !== 'object' || result === null) return result;
    if (Array.isArray(result)) return Promise.all(result.map((row) => this.mask(row)));
    const row: Record<string, unknown> = { ...result };
    for (const [field, mask] of this.masks) {
      if (!Object.hasOwn(row, field) || !applies(mask.when, result as Args)) continue;
      row[field] = await this.masked(mask, row[field]);
    }
    return row;
  }

  private async masked(mask: FieldMask, value: unknown): Promise<unknown> {
    if (value === null || value === undefined) return value;
    switch (mask.method) {
      case 'replace':
        return mask.value;
      case 'partial':
        return typeof value === 'string' ? partly(value, mask) : null;
      case 'hash': {
        const { hashKey } = this.settings;
        return hashKey === undefined ? null : keyedHash(hashKey, String(value));
      }
      default:
        return null;
    }
  }
}

function readMasks(masks: unknown): MaskedField[] {
  if (masks === undefined || masks === null) return [];
  if (typeof masks !== 'object') throw new QueryRefusedError('the plan has masks that are none');
  return Object.entries(masks as JsonObject).map(([field, mask]) => {
    if (typeof mask !== 'object' || mask === null)
      throw new QueryRefusedError(`the plan has a mask of ${field} that is none`);
    return [field, mask as unknown as FieldMask];
  });
}

/** A row that was not asked for all that the condition looks at is masked: nobody can tell. */
function applies(when: Filter | undefined, row: Args): boolean {
  if (when === undefined) return true;
  const isWhole = fieldsIn(when).every((field) => Object.hasOwn(row, field));
  return !isWhole || filterMatches(when, (field) => row[field]);
}

function fieldsIn(filter: Filter): string[] {
  switch (filter.op) {
    case 'and':
    case 'or':
      return filter.args.flatMap(fieldsIn);
    case 'not':
      return fieldsIn(filter.arg);
    default:
      return fieldsOf(filter);
  }
}

function partly(
  text: string,
  { keepFirst = 0, keepLast = 0 }: FieldMask & { method: 'partial' },
): string {
  const characters = [...text];
  const hidden = characters.length - keepFirst - keepLast;
  if (hidden <= 0) return '*'.repeat(characters.length);
  const kept = [characters.slice(0, keepFirst), characters.slice(characters.length - keepLast)];
  return kept.map((part) => part.join('')).join('*'.repeat(hidden));
}

async function keyedHash(key: string, text: string): Promise<string> {
  const encoder = new TextEncoder();
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const imported = await crypto.subtle.importKey('raw', encoder.encode(key), algorithm, false, [
    'sign',
  ]);
  const mac = new Uint8Array(await crypto.subtle.sign('HMAC', imported, encoder.encode(text)));
  return Array.from(mac, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The name of a compound key is made of its fields'. */
function mentions(name: string, field: string): boolean {
  return name === field || `_${name}_`.includes(`_${field}_`);
}

/** Every name of a member at whatever depth, fields that are compared with, and every text in a list. */
function* namesIn(value: unknown): Generator<string> {
  if (typeof value !== 'object' || value === null) return;
  const { modelName, name } = value as { modelName?: unknown; name?: unknown };
  if (typeof modelName === 'string' && typeof name === 'string') yield name;
  for (const [key, member] of Object.entries(value)) {
    if (typeof member === 'string' && Array.isArray(value)) yield member;
    else yield* namesIn(member);
    if (!Array.isArray(value)) yield key;
  }
}
