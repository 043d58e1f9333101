-- Purpose: who joined or left a list after one moment and up to another, and when. A bare date is
-- for `since` the beginning, for `until` the end of that day in UTC, its midnight included. Whoever
-- the oldest kept snapshot holds joined with it: what was before, if anything, is pruned.
-- A version that begins at the end of another is a change, nobody joined or left. What has ended is
-- asked for by its end too, which is later than its beginning: it lies in that order.
-- Grain: one row per source, email, change and snapshot, oldest first; happened_at: Listrak's own
-- time where it is known, else the snapshot's.
-- Parameters: list_id (the list), [since] (after this moment, UTC; without it: from the first
-- snapshot on), [until] (up to this moment, UTC; without it: up to the newest snapshot)
with begun as (
    select
        source,
        email,
        valid_from as snapshot_at
    from listrak.contact_versions
    where
        valid_to is null
        and list_id = $list_id::bigint
        and ($since::timestamp is null or valid_from > $since::timestamp)
        and ($until::timestamp is null or valid_from <= $until::timestamp)
    union all
    select
        source,
        email,
        valid_from as snapshot_at
    from listrak.contact_versions
    where
        valid_to is not null
        and list_id = $list_id::bigint
        and ($since::timestamp is null or valid_to > $since::timestamp)
        and ($since::timestamp is null or valid_from > $since::timestamp)
        and ($until::timestamp is null or valid_from <= $until::timestamp)
),

ended as (
    select
        source,
        email,
        valid_to as snapshot_at
    from listrak.contact_versions
    where
        valid_to is not null
        and list_id = $list_id::bigint
        and ($since::timestamp is null or valid_to > $since::timestamp)
        and ($until::timestamp is null or valid_to <= $until::timestamp)
),

events as (
    select
        coalesce(begun.source, ended.source) as source,
        coalesce(begun.email, ended.email) as email,
        coalesce(begun.snapshot_at, ended.snapshot_at) as snapshot_at,
        case when ended.email is null then 'joined' else 'left' end as event,
        case when ended.email is null then 'add' else 'remove' end as change
    from begun
    full outer join ended
        on
            begun.source = ended.source
            and begun.email = ended.email
            and begun.snapshot_at = ended.snapshot_at
    where begun.email is null or ended.email is null
),

known as (
    select
        source,
        email,
        change,
        snapshot_at,
        min(occurred_at) as occurred_at
    from listrak.trait_changes
    where
        list_id = $list_id::bigint
        and status <> 'dry_run'
        and ($since::timestamp is null or snapshot_at > $since::timestamp)
        and ($until::timestamp is null or snapshot_at <= $until::timestamp)
    group by source, email, change, snapshot_at
)

select
    events.source,
    $list_id::bigint as list_id,
    events.email,
    events.event,
    events.snapshot_at,
    coalesce(known.occurred_at, events.snapshot_at) as happened_at
from events
left join known
    on
        events.source = known.source
        and events.email = known.email
        and events.change = known.change
        and events.snapshot_at = known.snapshot_at
order by happened_at, events.source, events.email, events.event;
