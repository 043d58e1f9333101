-- Purpose: which version the tables are.
-- Grain: one row.
select version from listrak.schema_version;
