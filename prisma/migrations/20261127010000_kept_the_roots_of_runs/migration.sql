-- CreateTable
CREATE TABLE "log_tile_runs" (
    "tenant_id" TEXT NOT NULL,
    "level" INTEGER NOT NULL,
    "run_index" BIGINT NOT NULL,
    "root" BYTEA NOT NULL,

    CONSTRAINT "log_tile_runs_pkey" PRIMARY KEY ("tenant_id","level","run_index")
);

-- The root over each 16 full tiles of a level that do not fill one of the level above yet: to that one they are what the middle is to a full
-- tile. Only a tile that is not full asks for them, so a level has at most 15 that are read.
ALTER TABLE log_tile_runs ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON log_tile_runs USING (tenant_id = sallyport_tenant()) WITH CHECK (tenant_id = sallyport_tenant());
GRANT SELECT, INSERT ON log_tile_runs TO sallyport_app;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON log_tile_runs FOR EACH ROW EXECUTE FUNCTION sallyport_refuse();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON log_tile_runs FOR EACH STATEMENT EXECUTE FUNCTION sallyport_refuse();

-- Whatever tiles, parts of tiles and frontier one proof needs, in the order asked for, by one message and with the caller's rights: what
-- sallyport_log_tiles does, which brokers of before call. That is one statement for everything that a tile may be, and setting it up took a third
-- of what a proof cost the server; here that is left to the few tiles that are not stored. Of those, parts are sent as well from level 1 on: in a log
-- of 10,000,000 entries each proof read all 152 roots of the tile at its top, and computed a hash for most of them. A part of which something is
-- missing comes as all that there is of its tile.
CREATE FUNCTION sallyport_log_parts(tenant text, levels int[], indexes bigint[], widths int[], parts int[])
  RETURNS TABLE (part bytea, hashes bytea, middle bytea, below bytea) LANGUAGE plpgsql SECURITY INVOKER
  SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
  wanted record;
  first bigint;
  last bigint;
BEGIN
  PERFORM set_config('sallyport.tenant', tenant, true);
  FOR wanted IN
    SELECT asked.*, tile.hashes IS NOT NULL AS is_stored, checkpoint.frontier,
      CASE WHEN in_parts THEN
        CASE asked.part WHEN 16 THEN tile.middle ELSE substring(tile.hashes FROM 1 + 512 * asked.part FOR 512) END
      END AS stored_part,
      CASE WHEN NOT in_parts THEN tile.hashes END AS hashes, CASE WHEN NOT in_parts THEN tile.middle END AS middle
    FROM unnest(levels, indexes, widths, parts) WITH ORDINALITY AS asked (level, index, width, part, place)
    LEFT JOIN log_tiles AS tile ON tile.tenant_id = tenant AND tile.level = asked.level
      AND tile.tile_index = asked.index AND asked.width = 256
    LEFT JOIN log_checkpoints AS checkpoint ON asked.level = -1 AND checkpoint.tenant_id = tenant AND checkpoint.tree_size = asked.index
    CROSS JOIN LATERAL (
      SELECT asked.part IS NOT NULL AND coalesce(octet_length(tile.middle) = 512 AND octet_length(tile.hashes) = 8192, false) AS in_parts
    ) AS sending
    ORDER BY place
  LOOP
    part := wanted.stored_part;
    hashes := wanted.hashes;
    middle := wanted.middle;
    below := wanted.frontier;
    first := wanted.index * 256;
    last := first + wanted.width;
    IF wanted.level = 0 AND NOT wanted.is_stored THEN
      SELECT string_agg(substring(leaf_hashes FROM (1 + 32 * greatest(first - first_index, 0))::int
          FOR (32 * greatest(least(first_index + count, last) - greatest(first_index, first), 0))::int),
          '' ORDER BY first_index)
        INTO below FROM log_segments
        -- A bare coalesce would not be taken to the index: row-level security lets only what it knows to keep secrets look at rows first.
        WHERE tenant_id = tenant AND first_index < last AND first_index >= (
          SELECT coalesce(max(first_index), 0) FROM log_segments WHERE tenant_id = tenant AND first_index <= first);
    ELSIF wanted.level > 0 AND NOT wanted.is_stored THEN
      IF wanted.part = 16 THEN
        SELECT string_agg(root, '' ORDER BY run_index) INTO part FROM log_tile_runs
          WHERE tenant_id = tenant AND level = wanted.level - 1 AND run_index >= first / 16 AND run_index < last / 16
          HAVING count(*) = wanted.width / 16;
      ELSIF wanted.part < 16 THEN
        SELECT string_agg(root, '' ORDER BY tile_index) INTO part FROM log_tiles
          WHERE tenant_id = tenant AND level = wanted.level - 1
            AND tile_index >= first + 16 * wanted.part AND tile_index < least(last, first + 16 * wanted.part + 16)
          HAVING count(root) = least(16, wanted.width - 16 * wanted.part);
      END IF;
      IF part IS NULL THEN
        SELECT string_agg(root, '' ORDER BY tile_index) INTO below FROM log_tiles
          WHERE tenant_id = tenant AND level = wanted.level - 1 AND tile_index >= first AND tile_index < last;
      END IF;
    END IF;
    RETURN NEXT;
  END LOOP;
END $$;
