#!/bin/sh
# Runs once, when the database is created. The broker signs in with a role that owns nothing and that row-level security
# binds; the migrations run as the owner.
set -eu
psql --set=ON_ERROR_STOP=1 --set=password="$BROKER_DATABASE_PASSWORD" --username="$POSTGRES_USER" --dbname="$POSTGRES_DB" <<'SQL'
CREATE ROLE sallyport_app NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
CREATE ROLE sallyport_broker LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD :'password' IN ROLE sallyport_app;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
SQL
