-- Purpose: whether the schema was made already, by this program or for it.
-- Grain: one row.
select count(*) > 0 as has_schema
from information_schema.schemata
where schema_name = 'listrak';
