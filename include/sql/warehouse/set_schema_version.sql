-- Purpose: remember which version the tables are, once they stand.
-- Grain: one row.
insert into listrak.schema_version (version) values ($version);
