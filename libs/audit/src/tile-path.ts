import { isCount, parseDecimal } from './decimal.js';
import { TILE_WIDTH } from './entry-bundle.js';

/** Where a tile or an entry bundle lies. `width` is 256 for a full one. */
export type TilePath =
  | {
      readonly kind: 'tile';
      readonly level: number;
      readonly index: number;
      readonly width: number;
    }
  | { readonly kind: 'entries'; readonly index: number; readonly width: number };

const MAX_LEVEL = 63;
// The largest safe integer has 16 digits: six groups of three.
const SHAPE = /^tile\/([^/]+)\/((?:x[0-9]{3}\/){0,5}[0-9]{3})(?:\.p\/([0-9]{1,3}))?$/;

/** Path of a hash tile, as in `tile/0/x001/x234/067.p/12`. Throws RangeError for a level, index or width that is none. */
export function tilePath(level: number, index: number, width = TILE_WIDTH): string {
  if (!isCount(level) || level > MAX_LEVEL) throw new RangeError(`no tile level ${String(level)}`);
  return `tile/${String(level)}/${place(index, width)}`;
}

/** Path of an entry bundle, as in `tile/entries/x001/x234/067`. Throws RangeError for an index or width that is none. */
export function entriesPath(index: number, width = TILE_WIDTH): string {
  return `tile/entries/${place(index, width)}`;
}

/** Reads exactly the paths that `tilePath` and `entriesPath` write; undefined for anything else. C2SP tlog-tiles. */
export function parseTilePath(path: string): TilePath | undefined {
  const [, what, groups, partial] = SHAPE.exec(path) ?? [];
  if (what === undefined || groups === undefined) return undefined;
  const index = Number(groups.replaceAll(/[x/]/g, ''));
  const width = partial === undefined ? TILE_WIDTH : Number(partial);
  const level = parseDecimal(what);
  if (
    !isPlace(index, width) ||
    (what !== 'entries' && (level === undefined || level > MAX_LEVEL))
  ) {
    return undefined;
  }
  // Writing it again catches superfluous x000 groups, zero-padded widths and a full tile dressed up as a partial one.
  const parsed: TilePath =
    level === undefined ? { kind: 'entries', index, width } : { kind: 'tile', level, index, width };
  const written = level === undefined ? entriesPath(index, width) : tilePath(level, index, width);
  return written === path ? parsed : undefined;
}

function isPlace(index: number, width: number): boolean {
  return isCount(index) && isCount(width) && width >= 1 && width <= TILE_WIDTH;
}

function place(index: number, width: number): string {
  if (!isPlace(index, width))
    throw new RangeError(`no tile ${String(index)} of width ${String(width)}`);
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/.{3}/g) ?? [];
  const path = groups.map((group, i) => (i < groups.length - 1 ? `x${group}` : group)).join('/');
  return width === TILE_WIDTH ? path : `${path}.p/${String(width)}`;
}
