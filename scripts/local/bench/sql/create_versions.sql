-- Purpose: the versions of such a history. Of the places that change, every second one changes its
-- contact (one goes, another comes), the others its user id.
-- Grain: one row per contact and version; until: position of the snapshot that ended it.
create table versions as
with stays as (
    select
        place,
        position,
        lead(position) over history as until,
        row_number() over history as version,
        sum(case when position > 0 and hash(place, position) % 2 = 0 then 1 else 0 end)
            over history as comer
    from turns
    window history as (partition by place order by position)
)

select
    stays.position,
    stays.until,
    'contact' || stays.place || '.' || stays.comer || '@example.com' as email,
    begun.snapshot_at as valid_from,
    ended.snapshot_at as valid_to,
    case
        when hash(stays.place) % 10 < 6
            then 'C' || (cast(stays.place as bigint) * 1000 + stays.version)
    end as user_id,
    timestamp '2015-01-01'
    + to_seconds(cast(hash(stays.place, stays.comer, 0) % 300000000 as bigint)) as subscribed_at,
    stays.until is not null and hash(stays.place, stays.until) % 2 = 0 as is_gone
from stays
inner join moments as begun on stays.position = begun.position
left join moments as ended on stays.until = ended.position;
