-- Purpose: how long each contact was on a list: its versions, whatever changed from one to the
-- next, as one stay. joined_at: the first snapshot that has it; left_at: the first that has it no
-- more, null while it is on the list.
-- Grain: one row per source, list_id, email and joined_at.
create or replace view listrak.memberships as
with versions as (
    select
        source,
        list_id,
        email,
        valid_from,
        valid_to,
        lag(valid_to) over (
            partition by source, list_id, email
            order by valid_from
        ) as earlier_to
    from listrak.contact_versions
),

stays as (
    select
        source,
        list_id,
        email,
        valid_from,
        valid_to,
        sum(case when valid_from = earlier_to then 0 else 1 end) over (
            partition by source, list_id, email
            order by valid_from nulls first
            rows between unbounded preceding and current row
        ) as stay
    from versions
)

select
    source,
    list_id,
    email,
    min(valid_from) as joined_at,
    case when count(*) = count(valid_to) then max(valid_to) end as left_at
from stays
group by source, list_id, email, stay;
