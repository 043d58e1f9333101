-- Purpose: how each list grew and who came and went, day by day, by the snapshots as they stand now
-- (what came and went between two kept snapshots does not show). A snapshot counts to the day that
-- it ends: one of midnight to the day before it.
-- Grain: one row per source, list and day (UTC) with a kept snapshot, newest first.
-- Parameters: [list_id] (the list; without it: all), [since] (the first day; without it: all)
with days as (
    select
        source,
        list_id,
        contact_count,
        (snapshot_at - interval '1 microsecond')::date as day,
        row_number() over (
            partition by source, list_id, (snapshot_at - interval '1 microsecond')::date
            order by snapshot_at desc
        ) as recency
    from listrak.snapshots
    where
        status in ('head', 'past')
        and ($list_id::bigint is null or list_id = $list_id::bigint)
        and ($since::timestamp is null or snapshot_at > $since::timestamp)
),

came as (
    select
        source,
        list_id,
        (joined_at - interval '1 microsecond')::date as day,
        count(*) as contacts
    from listrak.memberships
    group by source, list_id, (joined_at - interval '1 microsecond')::date
),

went as (
    select
        source,
        list_id,
        (left_at - interval '1 microsecond')::date as day,
        count(*) as contacts
    from listrak.memberships
    where left_at is not null
    group by source, list_id, (left_at - interval '1 microsecond')::date
)

select
    days.source,
    days.list_id,
    days.day,
    days.contact_count as contacts_at_end,
    coalesce(came.contacts, 0) as came,
    coalesce(went.contacts, 0) as went,
    coalesce(came.contacts, 0) - coalesce(went.contacts, 0) as growth
from days
left join came
    on days.source = came.source and days.list_id = came.list_id and days.day = came.day
left join went
    on days.source = went.source and days.list_id = went.list_id and days.day = went.day
where days.recency = 1
order by days.day desc, days.source asc, days.list_id asc;
