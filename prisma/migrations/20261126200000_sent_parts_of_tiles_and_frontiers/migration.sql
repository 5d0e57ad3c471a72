-- The roots of the perfect subtrees of the signed tree. A proof is made of these from the point on where its entry is in none of them; put
-- together from what is stored, they take hundreds of leaf hashes and roots at the right edge. Checkpoints of before have none.
ALTER TABLE "log_checkpoints" ADD COLUMN "frontier" BYTEA;

-- Of a full tile a proof uses 16 hashes beside its way and the 16 in the middle. Sent whole, it brings 8 KiB along that become garbage, and
-- waiting for its collection was most of what the slowest proofs took. `parts` says which run of 16 hashes to send of a full tile, 16 for
-- the middle, NULL for all; a tile that has no middle, or not the length of a full one, is sent as it is. Level -1 means the
-- frontier of the checkpoint over `index` entries.
CREATE FUNCTION sallyport_log_tiles(tenant text, levels int[], indexes bigint[], widths int[], parts int[])
  RETURNS TABLE (part bytea, hashes bytea, middle bytea, below bytea) LANGUAGE plpgsql SECURITY INVOKER
  SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
  PERFORM set_config('sallyport.tenant', tenant, true);
  RETURN QUERY SELECT
      CASE WHEN in_parts THEN
        CASE wanted.part WHEN 16 THEN tile.middle ELSE substring(tile.hashes FROM 1 + 512 * wanted.part FOR 512) END
      END,
      CASE WHEN NOT in_parts THEN tile.hashes END, CASE WHEN NOT in_parts THEN tile.middle END,
      coalesce(leaves.hashes, roots.hashes, checkpoint.frontier)
    FROM unnest(levels, indexes, widths, parts) WITH ORDINALITY AS wanted (level, index, width, part, place)
    CROSS JOIN LATERAL (SELECT index * 256 AS first, index * 256 + width AS last) AS range
    LEFT JOIN log_tiles AS tile ON tile.tenant_id = tenant AND tile.level = wanted.level
      AND tile.tile_index = wanted.index AND wanted.width = 256
    CROSS JOIN LATERAL (
      SELECT wanted.part IS NOT NULL AND coalesce(octet_length(tile.middle) = 512 AND octet_length(tile.hashes) = 8192, false) AS in_parts
    ) AS sending
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
    LEFT JOIN log_checkpoints AS checkpoint ON wanted.level = -1 AND checkpoint.tenant_id = tenant AND checkpoint.tree_size = wanted.index
    ORDER BY place;
END $$;

-- For brokers of before, which know no parts.
CREATE OR REPLACE FUNCTION sallyport_log_tiles(tenant text, levels int[], indexes bigint[], widths int[])
  RETURNS TABLE (hashes bytea, middle bytea, below bytea) LANGUAGE sql SECURITY INVOKER AS $$
  SELECT hashes, middle, below FROM sallyport_log_tiles(tenant, levels, indexes, widths, '{}');
$$;
