import { LEVELS_PER_TILE, type SubtreeId, TILE_WIDTH, tileWidth } from '@sallyport/audit';
import { frontierOf, type TileId } from './log-reader.ports.js';
import { partWith, widthWith } from './tile-pyramid.js';

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

/** Where the nodes of one proof are found, for who needs no more of a tile than the part that each is in. */
export class ProofPlaces {
  /** Each once: a proof finds two dozen nodes in half a dozen of them. */
  readonly tiles: TileId[] = [];

  /** `peaks` are the perfect subtrees of the tree of this size, where they are to be read from its frontier. */
  constructor(
    private readonly size: number,
    private readonly peaks: readonly SubtreeId[] = [],
  ) {}

  /** The place of a node in a tile, or part of one, that is among `tiles`. */
  find(node: SubtreeId): Place {
    for (let place = 0; place < this.peaks.length; place += 1) {
      const peak = this.peaks[place];
      if (peak?.level === node.level && peak.index === node.index)
        return { tile: this.shared(frontierOf(this.size, this.peaks.length)), height: 0, place };
    }
    const { tile, height, place } = placeOf(node, this.size);
    // Leaf hashes of a tile that is not full yet are in segments, not in parts.
    const isInParts = tile.level > 0 || tile.width === TILE_WIDTH;
    const part = isInParts ? partWith(height, place) : undefined;
    return { tile: this.shared(tile, part), height, place };
  }

  private shared({ level, index, width }: TileId, part?: number): TileId {
    // The last first: nodes of one part come one after the other.
    for (let n = this.tiles.length - 1; n >= 0; n -= 1) {
      const tile = this.tiles[n];
      if (tile?.part === part && tile?.level === level && tile.index === index) return tile;
    }
    const tile = { level, index, width: part === undefined ? width : widthWith(part, width), part };
    this.tiles.push(tile);
    return tile;
  }
}
