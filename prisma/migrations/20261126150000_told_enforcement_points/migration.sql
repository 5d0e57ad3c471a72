-- AlterTable
ALTER TABLE "enforcement_points" ADD COLUMN     "cache_seconds" INTEGER;

ALTER TABLE enforcement_points ADD CONSTRAINT enforcement_points_cache_seconds CHECK (cache_seconds BETWEEN 0 AND 300);

-- The only update of a token is its revocation. No decision reads it from the feed: enforcement points that verify tokens offline are told.
CREATE TRIGGER feed_update AFTER UPDATE ON tokens REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION sallyport_feed('token', 'jti');
