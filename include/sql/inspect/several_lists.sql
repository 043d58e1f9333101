-- Purpose: the contacts that are on several lists of a source now, with the user id each list has.
-- Grain: one row per source, email and list.
-- Parameters: [list_id] (only contacts of this list; without it: of any)
with counted as (
    select
        source,
        email,
        list_id,
        user_id,
        subscribed_at,
        count(*) over (partition by email, source) as lists,
        max(case when list_id = $list_id::bigint then 1 else 0 end) over (
            partition by email, source
        ) as is_on_it
    from listrak.contact_versions
    where valid_to is null
)

select
    source,
    email,
    lists,
    list_id,
    user_id,
    subscribed_at
from counted
where lists > 1 and ($list_id::bigint is null or is_on_it = 1)
order by source, email, list_id;
