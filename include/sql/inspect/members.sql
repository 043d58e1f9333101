-- Purpose: who was on a list at a moment, by the newest kept snapshot at or before it. A bare date
-- is the end of that day in UTC, its midnight included: a daily source's snapshot of the day.
-- What is still so and what has ended are asked for apart: see snapshot_contacts. They are
-- sorted by what differs first: most of the time goes into that.
-- Grain: one row per source and email.
-- Parameters: list_id (the list), [at] (the moment, UTC; without it: the newest snapshot)
with chosen as (
    select
        source,
        list_id,
        max(snapshot_at) as snapshot_at
    from listrak.snapshots
    where
        status in ('head', 'past')
        and list_id = $list_id::bigint
        and ($at::timestamp is null or snapshot_at <= $at::timestamp)
    group by source, list_id
),

members as (
    select
        chosen.source,
        chosen.list_id,
        chosen.snapshot_at,
        versions.email,
        versions.user_id,
        versions.subscribed_at
    from chosen
    inner join listrak.contact_versions as versions
        on
            chosen.source = versions.source
            and chosen.list_id = versions.list_id
            and chosen.snapshot_at >= versions.valid_from
            and versions.valid_to is null
    union all
    select
        chosen.source,
        chosen.list_id,
        chosen.snapshot_at,
        versions.email,
        versions.user_id,
        versions.subscribed_at
    from chosen
    inner join listrak.contact_versions as versions
        on
            chosen.source = versions.source
            and chosen.list_id = versions.list_id
            and chosen.snapshot_at >= versions.valid_from
            and chosen.snapshot_at < versions.valid_to
)

select
    source,
    list_id,
    snapshot_at,
    email,
    user_id,
    subscribed_at
from members
order by email, source;
