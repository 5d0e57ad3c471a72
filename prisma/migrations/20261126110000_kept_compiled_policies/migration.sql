-- AlterTable
ALTER TABLE "policy_versions" ADD COLUMN     "engine" TEXT NOT NULL DEFAULT 'compiled';

-- CreateTable
CREATE TABLE "policy_artifacts" (
    "tenant_id" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "bytes" BYTEA NOT NULL,
    "seal" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "policy_artifacts_pkey" PRIMARY KEY ("tenant_id","version")
);

-- Compressed already; uncompressed by Postgres, slices of it are read without the rest.
ALTER TABLE policy_artifacts ALTER COLUMN bytes SET STORAGE EXTERNAL;

ALTER TABLE policy_artifacts ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON policy_artifacts USING (tenant_id = sallyport_tenant()) WITH CHECK (tenant_id = sallyport_tenant());

-- Derived data: one that is missing or broken is built anew from the version's bundle, so it may be deleted, but never changed.
GRANT SELECT, INSERT, DELETE ON policy_artifacts TO sallyport_app;

-- A process compiles a version as soon as its artifact is there; the promotion that follows then finds it ready.
CREATE TRIGGER feed_insert AFTER INSERT ON policy_artifacts REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION sallyport_feed('artifact', 'version');

ALTER TABLE policy_versions ADD CONSTRAINT policy_versions_engine CHECK (engine IN ('compiled', 'cedar-wasm'));

-- A version whose compiled form once disagreed with Cedar's evaluator is never trusted to it again.
CREATE OR REPLACE FUNCTION sallyport_policy_is_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.id <> OLD.id OR NEW.bundle <> OLD.bundle OR NEW.created_at <> OLD.created_at THEN
    RAISE EXCEPTION 'policy version % is immutable', OLD.id USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF OLD.engine = 'cedar-wasm' AND NEW.engine <> OLD.engine THEN
    RAISE EXCEPTION 'policy version % stays with Cedar''s evaluator', OLD.id USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
