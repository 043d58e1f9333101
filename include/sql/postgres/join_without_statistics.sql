-- Purpose: let a login that may not have the planner told of new rows join them by hash or merge:
-- what the planner knows nothing of it joins row by row, which took minutes for 4,735 calls.
-- Grain: the transaction; no row where the login owns the tables of schema $1 or may maintain them.
select set_config('enable_nestloop', 'off', true) as enable_nestloop
from pg_catalog.pg_class as tables
inner join pg_catalog.pg_namespace as schemas on tables.relnamespace = schemas.oid
where
    schemas.nspname = $1
    and tables.relname = 'trait_changes'
    and not pg_has_role(tables.relowner, 'USAGE')
    and not exists (
        select 1
        from aclexplode(tables.relacl) as granted
        where
            granted.privilege_type = 'MAINTAIN'
            and (granted.grantee = 0 or pg_has_role(granted.grantee, 'USAGE'))
    );
