-- The 16 hashes that a full tile has four levels up: a proof computes the rest of what it needs from these and from 16 hashes of the tile.
-- Tiles of before, and of a broker of before that still runs, have none; theirs are computed.
ALTER TABLE "log_tiles" ADD COLUMN "middle" BYTEA;

-- Hashes have no pattern: trying to compress them costs and gains nothing.
ALTER TABLE log_tiles ALTER COLUMN middle SET STORAGE EXTERNAL;

-- Whatever tiles one proof needs, read by one message: with BEGIN and COMMIT it would be three, and planning this anew each time takes as
-- long as running it. Full tiles as stored; of every other tile what it is made of, leaf hashes at level 0 and roots of full tiles above,
-- short where some of that is not there. With the caller's rights, so row-level security judges every row read in here as any other.
CREATE FUNCTION sallyport_log_tiles(tenant text, levels int[], indexes bigint[], widths int[])
  RETURNS TABLE (hashes bytea, middle bytea, below bytea) LANGUAGE plpgsql SECURITY INVOKER
  SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
  PERFORM set_config('sallyport.tenant', tenant, true);
  RETURN QUERY SELECT tile.hashes, tile.middle, coalesce(leaves.hashes, roots.hashes)
    FROM unnest(levels, indexes, widths) WITH ORDINALITY AS wanted (level, index, width, place)
    CROSS JOIN LATERAL (SELECT index * 256 AS first, index * 256 + width AS last) AS range
    LEFT JOIN log_tiles AS tile ON tile.tenant_id = tenant AND tile.level = wanted.level
      AND tile.tile_index = wanted.index AND wanted.width = 256
    LEFT JOIN LATERAL (
      SELECT string_agg(substring(leaf_hashes FROM (1 + 32 * greatest(first - first_index, 0))::int
        FOR (32 * greatest(least(first_index + count, last) - greatest(first_index, first), 0))::int),
        '' ORDER BY first_index) AS hashes
      FROM log_segments
      -- A bare coalesce would not be taken to the index: row-level security lets only what it knows to keep secrets look at rows first.
      WHERE tile.level IS NULL AND wanted.level = 0 AND tenant_id = tenant AND first_index < last AND first_index >= (
        SELECT coalesce(max(first_index), 0) FROM log_segments WHERE tenant_id = tenant AND first_index <= first)
    ) AS leaves ON true
    LEFT JOIN LATERAL (
      SELECT string_agg(root, '' ORDER BY tile_index) AS hashes FROM log_tiles
      WHERE tile.level IS NULL AND tenant_id = tenant AND level = wanted.level - 1
        AND tile_index >= first AND tile_index < last
    ) AS roots ON true
    ORDER BY place;
END $$;
