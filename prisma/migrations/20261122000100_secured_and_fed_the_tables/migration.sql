-- The application never works as the owner: every connection runs as `sallyport_app`, which row-level security binds.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'sallyport_app') THEN
    CREATE ROLE sallyport_app NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
  END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
  NULL; -- another database of this cluster was migrated at the same moment
END $$;

DO $$
BEGIN
  IF NOT pg_has_role(current_user, 'sallyport_app', 'SET') THEN
    EXECUTE format('GRANT sallyport_app TO %I', current_user);
  END IF;
END $$;

GRANT USAGE ON SCHEMA public TO sallyport_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON
  tenants, enforcement_points, entities, devices, consents, places, policy_versions, access_rules, access_requests, reviews,
  grants, tokens, sessions, api_tokens, signing_keys, log_heads, log_segments, log_tiles, log_checkpoints, log_cursors,
  log_records, feed_changes
TO sallyport_app;

-- History is never deleted, and what was hashed is never changed.
REVOKE DELETE ON policy_versions, access_rules, access_requests, reviews, grants, tokens, log_heads FROM sallyport_app;
REVOKE UPDATE, DELETE ON log_segments, log_tiles, log_checkpoints, reviews FROM sallyport_app;

-- The queue keeps its own tables, in a schema of its own.
CREATE SCHEMA IF NOT EXISTS sallyport_queue;
GRANT ALL ON SCHEMA sallyport_queue TO sallyport_app;

-- Tenant isolation, second time (the first is in code): no row of another tenant is visible or writable.
CREATE FUNCTION sallyport_tenant() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT current_setting('sallyport.tenant', true) $$;

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY[
    'enforcement_points', 'entities', 'devices', 'consents', 'places', 'policy_versions', 'access_rules', 'access_requests',
    'reviews', 'grants', 'tokens', 'sessions', 'api_tokens', 'signing_keys', 'log_heads', 'log_segments', 'log_tiles',
    'log_checkpoints', 'log_cursors', 'log_records', 'feed_changes'
  ] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY tenant_isolation ON %I USING (tenant_id = sallyport_tenant()) WITH CHECK (tenant_id = sallyport_tenant())', name);
  END LOOP;
END $$;
ALTER TABLE tenants ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON tenants USING (id = sallyport_tenant()) WITH CHECK (id = sallyport_tenant());

-- The one thing that is known across tenants: which there are, and how new their facts are. Nothing else of a tenant leaves.
CREATE FUNCTION sallyport_tenant_versions() RETURNS TABLE (id text, version bigint)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
  AS $$ SELECT id, version FROM tenants $$;
REVOKE ALL ON FUNCTION sallyport_tenant_versions() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sallyport_tenant_versions() TO sallyport_app;

-- Append-only, whoever asks.
CREATE FUNCTION sallyport_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% on % is refused: the table is append-only', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON log_segments FOR EACH ROW EXECUTE FUNCTION sallyport_refuse();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON log_segments FOR EACH STATEMENT EXECUTE FUNCTION sallyport_refuse();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON log_tiles FOR EACH ROW EXECUTE FUNCTION sallyport_refuse();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON log_tiles FOR EACH STATEMENT EXECUTE FUNCTION sallyport_refuse();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON log_checkpoints FOR EACH ROW EXECUTE FUNCTION sallyport_refuse();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON log_checkpoints FOR EACH STATEMENT EXECUTE FUNCTION sallyport_refuse();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON reviews FOR EACH ROW EXECUTE FUNCTION sallyport_refuse();

CREATE FUNCTION sallyport_log_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR NEW.size < OLD.size OR NEW.tenant_id <> OLD.tenant_id THEN
    RAISE EXCEPTION 'the log of % only grows', OLD.tenant_id USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE ON log_heads FOR EACH ROW EXECUTE FUNCTION sallyport_log_only_grows();

CREATE FUNCTION sallyport_policy_is_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.id <> OLD.id OR NEW.bundle <> OLD.bundle OR NEW.created_at <> OLD.created_at THEN
    RAISE EXCEPTION 'policy version % is immutable', OLD.id USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER immutable BEFORE UPDATE ON policy_versions FOR EACH ROW EXECUTE FUNCTION sallyport_policy_is_immutable();
CREATE UNIQUE INDEX policy_versions_one_promoted ON policy_versions (tenant_id) WHERE state = 'promoted';
CREATE UNIQUE INDEX access_rules_one_current ON access_rules (tenant_id, id) WHERE current;

-- The change feed. The tenant's row lock orders versions in commit order, so a reader that asks for "newer than mine" misses nothing.
CREATE FUNCTION sallyport_feed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  tenant text;
  next bigint;
BEGIN
  FOR tenant IN SELECT DISTINCT tenant_id FROM changed LOOP
    UPDATE tenants SET version = version + 1 WHERE id = tenant RETURNING version INTO next;
    CONTINUE WHEN next IS NULL; -- the pseudo tenant of the instance has no registers
    EXECUTE format(
      'INSERT INTO feed_changes (tenant_id, version, kind, key)
       SELECT DISTINCT tenant_id, $1, $2, jsonb_build_array(%s)::text FROM changed WHERE tenant_id = $3', TG_ARGV[1])
      USING next, TG_ARGV[0], tenant;
    PERFORM pg_notify('sallyport_feed', tenant || ':' || next);
  END LOOP;
  RETURN NULL;
END $$;

DO $$
DECLARE fact record;
BEGIN
  FOR fact IN SELECT * FROM (VALUES
    ('enforcement_points', 'pep', 'name'), ('entities', 'entity', 'type, id'), ('devices', 'device', 'id'),
    ('consents', 'consent', 'id'), ('places', 'place', 'subject'), ('policy_versions', 'policy', 'id'),
    ('access_rules', 'rule', 'id'), ('grants', 'grant', 'id'), ('api_tokens', 'api-token', 'id'),
    ('access_requests', 'request', 'id')
  ) AS facts (tbl, kind, keys) LOOP
    EXECUTE format('CREATE TRIGGER feed_insert AFTER INSERT ON %I REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION sallyport_feed(%L, %L)', fact.tbl, fact.kind, fact.keys);
    EXECUTE format('CREATE TRIGGER feed_update AFTER UPDATE ON %I REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION sallyport_feed(%L, %L)', fact.tbl, fact.kind, fact.keys);
    EXECUTE format('CREATE TRIGGER feed_delete AFTER DELETE ON %I REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION sallyport_feed(%L, %L)', fact.tbl, fact.kind, fact.keys);
  END LOOP;
END $$;

-- A tenant's own row: its settings are facts too, and its version moves without a second update.
CREATE FUNCTION sallyport_feed_tenant() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.settings = OLD.settings AND NEW.display_name = OLD.display_name THEN
    RETURN NEW;
  END IF;
  NEW.version := CASE TG_OP WHEN 'INSERT' THEN 1 ELSE OLD.version + 1 END;
  INSERT INTO feed_changes (tenant_id, version, kind, key) VALUES (NEW.id, NEW.version, 'tenant', '[]');
  PERFORM pg_notify('sallyport_feed', NEW.id || ':' || NEW.version);
  RETURN NEW;
END $$;
CREATE TRIGGER feed BEFORE INSERT OR UPDATE ON tenants FOR EACH ROW EXECUTE FUNCTION sallyport_feed_tenant();
