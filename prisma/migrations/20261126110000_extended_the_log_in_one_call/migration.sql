-- One message makes a segment durable: binds the tenant, moves the head from exactly the given state, adds the segment. With the
-- caller's rights, so row-level security and the append-only triggers judge every statement in here as they judge any other.
CREATE FUNCTION sallyport_log_extend(
  tenant text, old_size bigint, old_root bytea, old_frontier bytea, new_root bytea, new_frontier bytea,
  added int, hashes bytea, packed bytea
) RETURNS boolean LANGUAGE plpgsql SECURITY INVOKER AS $$
BEGIN
  PERFORM set_config('sallyport.tenant', tenant, true);
  UPDATE log_heads SET size = old_size + added, root = new_root, frontier = new_frontier, updated_at = now()
    WHERE tenant_id = tenant AND size = old_size AND root = old_root AND frontier = old_frontier;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  INSERT INTO log_segments (tenant_id, first_index, count, entries, leaf_hashes, tree_size, root)
    VALUES (tenant, old_size, added, packed, hashes, old_size + added, new_root);
  RETURN true;
END $$;

-- Hashes have no pattern: trying to compress them costs and gains nothing.
ALTER TABLE log_segments ALTER COLUMN leaf_hashes SET STORAGE EXTERNAL;
ALTER TABLE log_tiles ALTER COLUMN hashes SET STORAGE EXTERNAL;
