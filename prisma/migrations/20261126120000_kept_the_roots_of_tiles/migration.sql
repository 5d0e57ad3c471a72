-- The hash that a full tile has one level up: a partial tile is read as a few hundred of these, instead of computed from as many tiles.
-- Tiles of before have none; theirs are computed.
ALTER TABLE "log_tiles" ADD COLUMN "root" BYTEA;
