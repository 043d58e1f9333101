-- Purpose: the next pending changes without a call, an address always whole; `latest_at` is the
-- timestamp of the latest call ever planned for the address.
-- Grain: one row per list_id, snapshot_at, email and trait; about $at_most of them.
with unplanned as (
    select email
    from listrak.trait_changes
    where source = $source and status = 'pending' and message_id is null
    order by email
    limit $at_most
),

latest_calls as (
    select
        anonymous_id,
        max(timestamp) as latest_at
    from listrak.identify_calls
    where source = $source and anonymous_id in (select email from unplanned)
    group by anonymous_id
)

select
    changes.email,
    changes.change,
    changes.trait,
    changes.snapshot_at,
    changes.occurred_at,
    latest_calls.latest_at,
    nullif(changes.user_id, '') as user_id
from listrak.trait_changes as changes
left join latest_calls on changes.email = latest_calls.anonymous_id
where
    changes.source = $source
    and changes.status = 'pending'
    and changes.message_id is null
    and changes.email <= (select max(email) from unplanned)
order by changes.email, changes.snapshot_at, changes.decided_at;
