-- Purpose: how each list grew and who came and went, day by day, by the snapshots as they stand now
-- (what came and went between two kept snapshots does not show). A snapshot counts to the day that
-- it ends: one of midnight to the day before it.
-- A version that begins at the end of another is a change, nobody came or went. What has ended is
-- asked for by its end too, which is later than its beginning: it lies in that order.
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

begun as (
    select
        source,
        list_id,
        email,
        valid_from as snapshot_at
    from listrak.contact_versions
    where
        valid_to is null
        and ($list_id::bigint is null or list_id = $list_id::bigint)
        and ($since::timestamp is null or valid_from > $since::timestamp::date::timestamp)
    union all
    select
        source,
        list_id,
        email,
        valid_from as snapshot_at
    from listrak.contact_versions
    where
        valid_to is not null
        and ($list_id::bigint is null or list_id = $list_id::bigint)
        and ($since::timestamp is null or valid_to > $since::timestamp::date::timestamp)
        and ($since::timestamp is null or valid_from > $since::timestamp::date::timestamp)
),

ended as (
    select
        source,
        list_id,
        email,
        valid_to as snapshot_at
    from listrak.contact_versions
    where
        valid_to is not null
        and ($list_id::bigint is null or list_id = $list_id::bigint)
        and ($since::timestamp is null or valid_to > $since::timestamp::date::timestamp)
),

counted as (
    select
        coalesce(begun.source, ended.source) as source,
        coalesce(begun.list_id, ended.list_id) as list_id,
        (
            coalesce(begun.snapshot_at, ended.snapshot_at) - interval '1 microsecond'
        )::date as day,
        count(case when ended.email is null then 1 end) as came,
        count(case when begun.email is null then 1 end) as went
    from begun
    full outer join ended
        on
            begun.source = ended.source
            and begun.list_id = ended.list_id
            and begun.email = ended.email
            and begun.snapshot_at = ended.snapshot_at
    group by
        coalesce(begun.source, ended.source),
        coalesce(begun.list_id, ended.list_id),
        (coalesce(begun.snapshot_at, ended.snapshot_at) - interval '1 microsecond')::date
)

select
    days.source,
    days.list_id,
    days.day,
    days.contact_count as contacts_at_end,
    coalesce(counted.came, 0) as came,
    coalesce(counted.went, 0) as went,
    coalesce(counted.came - counted.went, 0) as growth
from days
left join counted
    on
        days.source = counted.source
        and days.list_id = counted.list_id
        and days.day = counted.day
where days.recency = 1
order by days.day desc, days.source asc, days.list_id asc;
