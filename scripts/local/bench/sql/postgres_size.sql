-- Purpose: how many bytes the versions and the copies take, indexes included.
-- Grain: one row.
select coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint as bytes
from pg_class as c
where c.relname in ('contact_versions_head', 'contact_versions_past', 'copies');
