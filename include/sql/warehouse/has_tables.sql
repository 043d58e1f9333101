-- Purpose: whether this warehouse was used before.
-- Grain: one row.
select count(*) > 0 as has_tables
from information_schema.tables
where table_schema = 'listrak' and table_name = 'schema_version';
