-- Purpose: who joined or left a list after one moment and up to another, and when. A bare date is
-- for `since` the beginning, for `until` the end of that day in UTC, its midnight included.
-- Grain: one row per source, email, change and snapshot, oldest first; happened_at: Listrak's own
-- time where it is known, else the snapshot's.
-- Parameters: list_id (the list), [since] (after this moment, UTC; without it: from the first
-- snapshot on), [until] (up to this moment, UTC; without it: up to the newest snapshot)
with events as (
    select
        source,
        list_id,
        email,
        'joined' as event,
        'add' as change,
        joined_at as snapshot_at
    from listrak.memberships
    where list_id = $list_id::bigint
    union all
    select
        source,
        list_id,
        email,
        'left' as event,
        'remove' as change,
        left_at as snapshot_at
    from listrak.memberships
    where list_id = $list_id::bigint and left_at is not null
),

asked_for as (
    select
        source,
        list_id,
        email,
        event,
        change,
        snapshot_at
    from events
    where
        ($since::timestamp is null or snapshot_at > $since::timestamp)
        and ($until::timestamp is null or snapshot_at <= $until::timestamp)
),

known as (
    select
        source,
        list_id,
        email,
        change,
        snapshot_at,
        min(occurred_at) as occurred_at
    from listrak.trait_changes
    where list_id = $list_id::bigint and status <> 'dry_run'
    group by source, list_id, email, change, snapshot_at
)

select
    asked_for.source,
    asked_for.list_id,
    asked_for.email,
    asked_for.event,
    asked_for.snapshot_at,
    coalesce(known.occurred_at, asked_for.snapshot_at) as happened_at
from asked_for
left join known
    on
        asked_for.source = known.source
        and asked_for.list_id = known.list_id
        and asked_for.email = known.email
        and asked_for.change = known.change
        and asked_for.snapshot_at = known.snapshot_at
order by happened_at, asked_for.source, asked_for.email, asked_for.event;
