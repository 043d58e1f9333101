-- Purpose: which places of the list change with which snapshot, by chance that is always the same.
-- Grain: one row per snapshot and place; in the first one every place is taken.
create table turns as
select distinct
    moments.position,
    cast(hash(moments.position, draws.range) % $contacts as integer) as place
from moments
cross join range($contacts // 50) as draws
where draws.range < moments.changed
union all
select
    0 as position,
    cast(range as integer) as place
from range($contacts);
