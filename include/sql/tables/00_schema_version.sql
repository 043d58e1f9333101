-- Purpose: the version of these tables; a program older than they are does not touch them.
-- Grain: one row per version the tables have been; the highest is theirs.
create table if not exists listrak.schema_version (
    version integer not null
);
