-- Purpose: versions of a contact that say the same, now that those between them are gone: the
-- contact changed and changed back between two snapshots that stay. `pruned_snapshots` is lent.
-- Grain: one row per list_id, email and valid_from of the first of such versions.
insert into joined_versions (list_id, email, first_from, last_from)
with staying as (
    select distinct
        list_id,
        next_at
    from pruned_snapshots
),

-- Asked as one and not as two to be joined: a planner that takes them for few would look for the
-- one to each of the other row by row.
touching as (
    select
        versions.list_id,
        versions.email,
        versions.user_id,
        versions.subscribed_at,
        versions.valid_to as moment
    from listrak.contact_versions as versions
    inner join staying
        on versions.list_id = staying.list_id and versions.valid_to = staying.next_at
    where versions.source = $source and versions.valid_to > $oldest_at
    union all
    select
        versions.list_id,
        versions.email,
        versions.user_id,
        versions.subscribed_at,
        versions.valid_from as moment
    from listrak.contact_versions as versions
    inner join staying
        on versions.list_id = staying.list_id and versions.valid_from = staying.next_at
    where
        versions.source = $source
        and (versions.valid_to is null or versions.valid_to > $oldest_at)
),

seamless as (
    select
        list_id,
        email
    from touching
    group by list_id, email, moment, user_id, subscribed_at
    having count(*) > 1  -- one ends there, and one that says the same begins
),

repeated as (
    select distinct
        list_id,
        email
    from seamless
),

neighbours as (
    select
        versions.list_id,
        versions.email,
        versions.valid_from,
        versions.user_id,
        versions.subscribed_at,
        lag(versions.valid_to) over (
            partition by versions.list_id, versions.email
            order by versions.valid_from
        ) as previous_to,
        lag(versions.user_id) over (
            partition by versions.list_id, versions.email
            order by versions.valid_from
        ) as previous_user_id,
        lag(versions.subscribed_at) over (
            partition by versions.list_id, versions.email
            order by versions.valid_from
        ) as previous_subscribed_at
    from listrak.contact_versions as versions
    inner join repeated
        on versions.list_id = repeated.list_id and versions.email = repeated.email
    where
        versions.source = $source
        and (versions.valid_to is null or versions.valid_to > $oldest_at)
),

numbered as (
    select
        list_id,
        email,
        valid_from,
        sum(
            case
                when
                    previous_to = valid_from
                    and previous_user_id is not distinct from user_id
                    and previous_subscribed_at is not distinct from subscribed_at
                    then 0
                else 1
            end
        ) over (
            partition by list_id, email
            order by valid_from nulls first  -- there are none; BigQuery knows no other order here
            rows between unbounded preceding and current row
        ) as state_number
    from neighbours
)

select
    list_id,
    email,
    min(valid_from) as first_from,
    max(valid_from) as last_from
from numbered
group by list_id, email, state_number
having count(*) > 1;
