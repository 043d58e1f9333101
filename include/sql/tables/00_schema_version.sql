-- Purpose: the version of these tables; a program older than they are does not touch them.
-- Grain: one row.
create table if not exists listrak.schema_version (
    version integer not null
);
