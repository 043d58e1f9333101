-- Purpose: who came and went, day by day, by the snapshots as they stand now: a contact comes with
-- the first snapshot that has it, and goes with the first that has it no more.
-- Grain: one row per source, list and day with a snapshot, newest first.
with days as (
    select
        source,
        list_id,
        snapshot_at::date as day,
        contact_count,
        row_number() over (
            partition by source, list_id, snapshot_at::date
            order by snapshot_at desc
        ) as recency
    from listrak.snapshots
    where status in ('head', 'past')
),

came as (
    select
        versions.source,
        versions.list_id,
        versions.valid_from::date as day,
        count(*) as contacts
    from listrak.contact_versions as versions
    left join listrak.contact_versions as earlier
        on
            versions.source = earlier.source
            and versions.list_id = earlier.list_id
            and versions.email = earlier.email
            and versions.valid_from = earlier.valid_to
    where earlier.email is null
    group by versions.source, versions.list_id, versions.valid_from::date
),

went as (
    select
        versions.source,
        versions.list_id,
        versions.valid_to::date as day,
        count(*) as contacts
    from listrak.contact_versions as versions
    left join listrak.contact_versions as later
        on
            versions.source = later.source
            and versions.list_id = later.list_id
            and versions.email = later.email
            and versions.valid_to = later.valid_from
    where versions.valid_to is not null and later.email is null
    group by versions.source, versions.list_id, versions.valid_to::date
)

select
    days.source,
    days.list_id,
    days.day,
    days.contact_count as contacts_at_end,
    coalesce(came.contacts, 0) as came,
    coalesce(went.contacts, 0) as went
from days
left join came
    on days.source = came.source and days.list_id = came.list_id and days.day = came.day
left join went
    on days.source = went.source and days.list_id = went.list_id and days.day = went.day
where days.recency = 1
order by days.day desc, days.source asc, days.list_id asc
limit 100;
