-- Entries of one segment resemble each other: who writes them compresses them (RFC 7932), in a fraction of the time that the
-- database took, and they are small before they are sent. `unpacked_bytes` is their length before; null where they are plain.
ALTER TABLE log_segments ADD COLUMN unpacked_bytes INTEGER;
ALTER TABLE log_segments ALTER COLUMN entries SET STORAGE EXTERNAL;

-- Cuts an entry out of plain bytes; whoever still calls it must fail, not get what is none.
DROP FUNCTION sallyport_packed_entry(bytea, int);

CREATE FUNCTION sallyport_log_extend(
  tenant text, old_size bigint, old_root bytea, old_frontier bytea, new_root bytea, new_frontier bytea,
  added int, hashes bytea, packed bytea, unpacked int
) RETURNS boolean LANGUAGE plpgsql SECURITY INVOKER AS $$
BEGIN
  PERFORM set_config('sallyport.tenant', tenant, true);
  UPDATE log_heads SET size = old_size + added, root = new_root, frontier = new_frontier, updated_at = now()
    WHERE tenant_id = tenant AND size = old_size AND root = old_root AND frontier = old_frontier;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  INSERT INTO log_segments (tenant_id, first_index, count, entries, unpacked_bytes, leaf_hashes, tree_size, root)
    VALUES (tenant, old_size, added, packed, nullif(unpacked, 0), hashes, old_size + added, new_root);
  RETURN true;
END $$;

-- For brokers that were started before this migration, which know nine arguments.
CREATE OR REPLACE FUNCTION sallyport_log_extend(
  tenant text, old_size bigint, old_root bytea, old_frontier bytea, new_root bytea, new_frontier bytea,
  added int, hashes bytea, packed bytea
) RETURNS boolean LANGUAGE sql SECURITY INVOKER AS $$
  SELECT sallyport_log_extend(tenant, old_size, old_root, old_frontier, new_root, new_frontier, added, hashes, packed, 0)
$$;
