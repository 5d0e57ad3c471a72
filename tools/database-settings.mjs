/**
 * What PostgreSQL is told where decisions are to be fast: to keep files for its write-ahead log while little is written. Every decision waits while
 * one is made anew.
 */
export const databaseSettings = ['min_wal_size=1GB'];
