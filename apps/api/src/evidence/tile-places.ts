import { LEVELS_PER_TILE, type SubtreeId, TILE_WIDTH, tileWidth } from '@sallyport/audit';
import { frontierOf, type TileId } from './log-reader.ports.js';
import { partWith } from './tile-pyramid.js';

/** Where the root of a subtree is found. */
export interface Place {
  readonly tile: TileId;
  readonly height: number;
  readonly place: number;
}

/** Where in which tile of a tree of this size the root of a subtree is found. */
export function placeOf({ level, index }: SubtreeId, size: number): Place {
  const height = level % LEVELS_PER_TILE;
  const tileLevel = (level - height) / LEVELS_PER_TILE;
  const perTile = TILE_WIDTH / 2 ** height;
  const tileIndex = Math.floor(index / perTile);
  const width = tileWidth(tileLevel, tileIndex, size);
  return { tile: { level: tileLevel, index: tileIndex, width }, height, place: index % perTile };
}

/** Where on the frontier of the tree of this size, whose perfect subtrees `peaks` are; undefined when it is none of them. */
export function onFrontier(
  { level, index }: SubtreeId,
  peaks: readonly SubtreeId[],
  size: number,
): Place | undefined {
  const place = peaks.findIndex((peak) => peak.level === level && peak.index === index);
  return place < 0 ? undefined : { tile: frontierOf(size, peaks.length), height: 0, place };
}

/** The same, for who needs no more of a full tile than the part that it is in. */
export function inPart({ tile, height, place }: Place): Place {
  if (tile.width < TILE_WIDTH) return { tile, height, place };
  return { tile: { ...tile, part: partWith(height, place) }, height, place };
}
