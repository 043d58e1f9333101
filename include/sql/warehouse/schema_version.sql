-- Purpose: which version the tables are: a row for every version they have been. None while they
-- are being made, where that is no single transaction.
-- Grain: one row.
select coalesce(max(version), 0) as version from listrak.schema_version;
