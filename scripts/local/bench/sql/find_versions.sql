-- Purpose: the versions as they stand after the snapshot at $position, in the order in which they
-- came to lie where they are: $by_end where a version moves when it ends.
-- Grain: one row per contact and version.
select
    $source as source,
    cast($list_id as bigint) as list_id,
    email,
    valid_from,
    user_id,
    subscribed_at,
    case when until <= $position then valid_to end as valid_to
from versions
where position <= $position
order by
    case when $by_end then case when until <= $position then until else $position + 1 end end,
    position;
