-- Purpose: which version the tables are: a row for every version they have been.
-- Grain: one row.
select max(version) as version from listrak.schema_version;
