-- The tree grows where the head's row lock is. A writer that isn't alone cannot know the tree that its entries extend: it locked the head, read
-- the tree, and extended it with a second message, while everybody else waited for its event loop to come round. One statement holds the lock
-- for its own length and its commit, however busy the writer is. Loops, for each step of one costs a tenth of a row of a query.

-- Root of the tree with these perfect subtrees (largest first, 32 bytes each): RFC 9162 §2.1.1; the hash of nothing where there are none.
CREATE FUNCTION sallyport_log_root(frontier bytea) RETURNS bytea LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  root bytea := CASE WHEN frontier = '' THEN sha256('') ELSE substring(frontier FROM length(frontier) - 31) END;
BEGIN
  FOR place IN REVERSE length(frontier) / 32 - 2 .. 0 LOOP
    root := sha256('\x01'::bytea || substring(frontier FROM 1 + 32 * place FOR 32) || root);
  END LOOP;
  RETURN root;
END $$;

-- The perfect subtrees of a tree of `size` leaves after these leaf hashes were added to it.
CREATE FUNCTION sallyport_log_grown(size bigint, frontier bytea, leaves bytea) RETURNS bytea
  LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  -- What is added at the level that is reached. To the left of it stand `size` nodes, the last of them unpaired where that is odd.
  nodes bytea := leaves;
  grown bytea := '';
  above bytea;
BEGIN
  WHILE nodes <> '' LOOP
    IF size % 2 = 1 THEN
      nodes := substring(frontier FROM length(frontier) - 31) || nodes;
      frontier := substring(frontier FOR length(frontier) - 32);
    END IF;
    above := '';
    FOR pair IN 0 .. length(nodes) / 64 - 1 LOOP
      above := above || sha256('\x01'::bytea || substring(nodes FROM 1 + 64 * pair FOR 64));
    END LOOP;
    IF length(nodes) % 64 = 32 THEN
      grown := substring(nodes FROM length(nodes) - 31) || grown;
    END IF;
    nodes := above;
    size := size / 2;
  END LOOP;
  RETURN frontier || grown;
END $$;

-- Adds the segment to whatever the head is, which it makes on first use, and says where the segment stands. Binds the tenant itself: alone it
-- is one message and one transaction; within another transaction the head stays locked until that ends. With the caller's rights, so
-- row-level security and the append-only triggers judge every statement in here as they judge any other.
CREATE FUNCTION sallyport_log_append(tenant text, added int, hashes bytea, packed bytea, unpacked int) RETURNS bigint
  LANGUAGE plpgsql SECURITY INVOKER AS $$
DECLARE
  head log_heads%ROWTYPE;
  new_frontier bytea;
  new_root bytea;
BEGIN
  IF added < 1 OR length(hashes) <> 32 * added THEN
    RAISE EXCEPTION 'a segment has one hash for each of its entries' USING ERRCODE = 'check_violation';
  END IF;
  PERFORM set_config('sallyport.tenant', tenant, true);
  SELECT * INTO head FROM log_heads WHERE tenant_id = tenant FOR UPDATE;
  IF NOT FOUND THEN
    INSERT INTO log_heads (tenant_id, size, root, frontier) VALUES (tenant, 0, sha256(''), '') ON CONFLICT DO NOTHING;
    SELECT * INTO STRICT head FROM log_heads WHERE tenant_id = tenant FOR UPDATE;
  END IF;
  IF length(head.frontier) <> 32 * bit_count(head.size::bit(64)) OR sallyport_log_root(head.frontier) <> head.root THEN
    RAISE EXCEPTION 'the root in the log head is not the root of its frontier' USING ERRCODE = 'data_corrupted';
  END IF;
  new_frontier := sallyport_log_grown(head.size, head.frontier, hashes);
  new_root := sallyport_log_root(new_frontier);
  UPDATE log_heads SET size = head.size + added, root = new_root, frontier = new_frontier, updated_at = now()
    WHERE tenant_id = tenant;
  INSERT INTO log_segments (tenant_id, first_index, count, entries, unpacked_bytes, leaf_hashes, tree_size, root)
    VALUES (tenant, head.size, added, packed, nullif(unpacked, 0), hashes, head.size + added, new_root);
  RETURN head.size;
END $$;
