-- Purpose: the next pending calls after the address $after (null: from the first), an address
-- always whole; either the removals or the others. A call left from an earlier run that is older
-- than a removal of its address goes with the removals: time moves forward per address.
-- Grain: one row per message_id; about $at_most of them.
with removals as (
    select
        calls.anonymous_id,
        max(calls.timestamp) as latest_at
    from listrak.identify_calls as calls
    inner join listrak.trait_changes as changes on calls.message_id = changes.message_id
    where
        calls.source = $source
        and calls.status = 'pending'
        and changes.source = $source
        and changes.status = 'pending'
        and changes.change = 'remove'
    group by calls.anonymous_id
),

pending as (
    select
        calls.message_id,
        calls.anonymous_id,
        calls.user_id,
        calls.traits,
        calls.timestamp
    from listrak.identify_calls as calls
    left join removals on calls.anonymous_id = removals.anonymous_id
    where
        calls.source = $source
        and calls.status = 'pending'
        and ($after::varchar is null or calls.anonymous_id > $after)
        and $removals = coalesce(calls.timestamp <= removals.latest_at, false)
),

first_calls as (
    select anonymous_id from pending
    order by anonymous_id
    limit $at_most
)

select
    message_id,
    anonymous_id,
    user_id,
    traits,
    timestamp
from pending
where anonymous_id <= (select max(anonymous_id) from first_calls)
order by anonymous_id, timestamp, message_id;
