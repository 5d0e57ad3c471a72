-- CreateTable
CREATE TABLE "tenants" (
    "id" TEXT NOT NULL,
    "display_name" TEXT NOT NULL,
    "settings" JSONB NOT NULL,
    "version" BIGINT NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "tenants_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "enforcement_points" (
    "tenant_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "mode" TEXT NOT NULL DEFAULT 'enforce',
    "key_hash" BYTEA,
    "jwks" JSONB,
    "spiffe_id" TEXT,
    "trusted_properties" JSONB,
    "explain" BOOLEAN NOT NULL DEFAULT false,
    "strict" BOOLEAN NOT NULL DEFAULT false,
    "routes" JSONB NOT NULL DEFAULT '[]',
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "enforcement_points_pkey" PRIMARY KEY ("tenant_id","name")
);

-- CreateTable
CREATE TABLE "entities" (
    "tenant_id" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "attrs" JSONB NOT NULL,
    "parents" JSONB NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "entities_pkey" PRIMARY KEY ("tenant_id","type","id")
);

-- CreateTable
CREATE TABLE "devices" (
    "tenant_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "owner" TEXT,
    "record" JSONB NOT NULL,
    "checked_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "devices_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "consents" (
    "tenant_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "patient" TEXT NOT NULL,
    "resource" JSONB NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "consents_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "places" (
    "tenant_id" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "place" JSONB NOT NULL,
    "observed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "places_pkey" PRIMARY KEY ("tenant_id","subject")
);

-- CreateTable
CREATE TABLE "policy_versions" (
    "tenant_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "bundle" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_by" TEXT NOT NULL,
    "promoted_at" TIMESTAMPTZ(3),

    CONSTRAINT "policy_versions_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "access_rules" (
    "tenant_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "rule" JSONB NOT NULL,
    "current" BOOLEAN NOT NULL DEFAULT true,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "access_rules_pkey" PRIMARY KEY ("tenant_id","id","version")
);

-- CreateTable
CREATE TABLE "access_requests" (
    "tenant_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "rule_id" TEXT NOT NULL,
    "rule_version" INTEGER NOT NULL,
    "requester_type" TEXT NOT NULL,
    "requester_id" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "requested_duration_seconds" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "deadline_at" TIMESTAMPTZ(3) NOT NULL,
    "decided_at" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "access_requests_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "reviews" (
    "tenant_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "request_id" TEXT NOT NULL,
    "reviewer_id" TEXT NOT NULL,
    "verdict" TEXT NOT NULL,
    "duration_seconds" INTEGER,
    "reason" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "reviews_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "grants" (
    "tenant_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "request_id" TEXT NOT NULL,
    "subject_type" TEXT NOT NULL,
    "subject_id" TEXT NOT NULL,
    "role_type" TEXT NOT NULL,
    "role_id" TEXT NOT NULL,
    "starts_at" TIMESTAMPTZ(3) NOT NULL,
    "ends_at" TIMESTAMPTZ(3) NOT NULL,
    "state" TEXT NOT NULL,
    "break_glass" BOOLEAN NOT NULL DEFAULT false,
    "ended_at" TIMESTAMPTZ(3),
    "ended_by" TEXT,
    "end_reason" TEXT,
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "grants_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "tokens" (
    "tenant_id" TEXT NOT NULL,
    "jti" TEXT NOT NULL,
    "decision_id" TEXT NOT NULL,
    "pep" TEXT NOT NULL,
    "subject_type" TEXT NOT NULL,
    "subject_id" TEXT NOT NULL,
    "audience" TEXT NOT NULL,
    "scope" TEXT NOT NULL,
    "grant_ids" TEXT[],
    "device_id" TEXT,
    "request" JSONB NOT NULL,
    "issued_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "revoked_at" TIMESTAMPTZ(3),
    "revoke_reason" TEXT,

    CONSTRAINT "tokens_pkey" PRIMARY KEY ("tenant_id","jti")
);

-- CreateTable
CREATE TABLE "sessions" (
    "tenant_id" TEXT NOT NULL,
    "id_hash" BYTEA NOT NULL,
    "subject_type" TEXT NOT NULL,
    "subject_id" TEXT NOT NULL,
    "email" TEXT,
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "sessions_pkey" PRIMARY KEY ("tenant_id","id_hash")
);

-- CreateTable
CREATE TABLE "api_tokens" (
    "tenant_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "token_hash" BYTEA NOT NULL,
    "roles" TEXT[],
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "api_tokens_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "signing_keys" (
    "tenant_id" TEXT NOT NULL,
    "kid" TEXT NOT NULL,
    "purpose" TEXT NOT NULL,
    "algorithm" TEXT NOT NULL,
    "public_jwk" JSONB NOT NULL,
    "sealed_private" BYTEA NOT NULL,
    "state" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "activated_at" TIMESTAMPTZ(3),
    "retired_at" TIMESTAMPTZ(3),

    CONSTRAINT "signing_keys_pkey" PRIMARY KEY ("tenant_id","kid")
);

-- CreateTable
CREATE TABLE "log_heads" (
    "tenant_id" TEXT NOT NULL,
    "size" BIGINT NOT NULL DEFAULT 0,
    "root" BYTEA NOT NULL,
    "frontier" BYTEA NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "log_heads_pkey" PRIMARY KEY ("tenant_id")
);

-- CreateTable
CREATE TABLE "log_segments" (
    "tenant_id" TEXT NOT NULL,
    "first_index" BIGINT NOT NULL,
    "count" INTEGER NOT NULL,
    "entries" BYTEA NOT NULL,
    "leaf_hashes" BYTEA NOT NULL,
    "tree_size" BIGINT NOT NULL,
    "root" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "log_segments_pkey" PRIMARY KEY ("tenant_id","first_index")
);

-- CreateTable
CREATE TABLE "log_tiles" (
    "tenant_id" TEXT NOT NULL,
    "level" INTEGER NOT NULL,
    "tile_index" BIGINT NOT NULL,
    "hashes" BYTEA NOT NULL,

    CONSTRAINT "log_tiles_pkey" PRIMARY KEY ("tenant_id","level","tile_index")
);

-- CreateTable
CREATE TABLE "log_checkpoints" (
    "tenant_id" TEXT NOT NULL,
    "tree_size" BIGINT NOT NULL,
    "root" BYTEA NOT NULL,
    "note" TEXT NOT NULL,
    "signed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "log_checkpoints_pkey" PRIMARY KEY ("tenant_id","tree_size")
);

-- CreateTable
CREATE TABLE "log_cursors" (
    "tenant_id" TEXT NOT NULL,
    "next_index" BIGINT NOT NULL,

    CONSTRAINT "log_cursors_pkey" PRIMARY KEY ("tenant_id")
);

-- CreateTable
CREATE TABLE "log_records" (
    "tenant_id" TEXT NOT NULL,
    "entry_index" BIGINT NOT NULL,
    "id" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "time" TIMESTAMPTZ(3) NOT NULL,
    "actor" TEXT NOT NULL,
    "subject_type" TEXT,
    "subject_id" TEXT,
    "action" TEXT,
    "resource_type" TEXT,
    "resource_id" TEXT,
    "decision" BOOLEAN,
    "pep" TEXT,
    "policy_version" TEXT,
    "reasons" TEXT[],
    "links" TEXT[],

    CONSTRAINT "log_records_pkey" PRIMARY KEY ("tenant_id","entry_index")
);

-- CreateTable
CREATE TABLE "feed_changes" (
    "tenant_id" TEXT NOT NULL,
    "version" BIGINT NOT NULL,
    "kind" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "changed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "feed_changes_pkey" PRIMARY KEY ("tenant_id","version","kind","key")
);

-- CreateIndex
CREATE UNIQUE INDEX "enforcement_points_key_hash_key" ON "enforcement_points"("key_hash");

-- CreateIndex
CREATE INDEX "devices_tenant_id_owner_idx" ON "devices"("tenant_id", "owner");

-- CreateIndex
CREATE INDEX "consents_tenant_id_patient_idx" ON "consents"("tenant_id", "patient");

-- CreateIndex
CREATE INDEX "access_requests_tenant_id_state_created_at_idx" ON "access_requests"("tenant_id", "state", "created_at" DESC);

-- CreateIndex
CREATE INDEX "access_requests_tenant_id_requester_id_created_at_idx" ON "access_requests"("tenant_id", "requester_id", "created_at" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "reviews_tenant_id_request_id_reviewer_id_key" ON "reviews"("tenant_id", "request_id", "reviewer_id");

-- CreateIndex
CREATE INDEX "grants_tenant_id_subject_type_subject_id_idx" ON "grants"("tenant_id", "subject_type", "subject_id");

-- CreateIndex
CREATE INDEX "grants_tenant_id_state_ends_at_idx" ON "grants"("tenant_id", "state", "ends_at");

-- CreateIndex
CREATE INDEX "tokens_tenant_id_subject_type_subject_id_expires_at_idx" ON "tokens"("tenant_id", "subject_type", "subject_id", "expires_at");

-- CreateIndex
CREATE INDEX "tokens_tenant_id_expires_at_idx" ON "tokens"("tenant_id", "expires_at");

-- CreateIndex
CREATE INDEX "sessions_tenant_id_expires_at_idx" ON "sessions"("tenant_id", "expires_at");

-- CreateIndex
CREATE INDEX "log_records_tenant_id_id_idx" ON "log_records"("tenant_id", "id");

-- CreateIndex
CREATE INDEX "log_records_tenant_id_time_idx" ON "log_records"("tenant_id", "time" DESC);

-- CreateIndex
CREATE INDEX "log_records_tenant_id_type_entry_index_idx" ON "log_records"("tenant_id", "type", "entry_index" DESC);

-- CreateIndex
CREATE INDEX "log_records_tenant_id_subject_id_entry_index_idx" ON "log_records"("tenant_id", "subject_id", "entry_index" DESC);

-- CreateIndex
CREATE INDEX "log_records_links_idx" ON "log_records" USING GIN ("links");

-- AddForeignKey
ALTER TABLE "reviews" ADD CONSTRAINT "reviews_tenant_id_request_id_fkey" FOREIGN KEY ("tenant_id", "request_id") REFERENCES "access_requests"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

