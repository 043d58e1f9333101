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

ending as (
    select
        versions.list_id,
        versions.email,
        versions.user_id,
        versions.subscribed_at,
        versions.valid_to
    from listrak.contact_versions as versions
    inner join staying
        on versions.list_id = staying.list_id and versions.valid_to = staying.next_at
    where versions.source = $source
),

beginning as (
    select
        versions.list_id,
        versions.email,
        versions.user_id,
        versions.subscribed_at,
        versions.valid_from
    from listrak.contact_versions as versions
    inner join staying
        on versions.list_id = staying.list_id and versions.valid_from = staying.next_at
    where versions.source = $source
),

repeated as (
    select distinct
        ending.list_id,
        ending.email
    from ending
    inner join beginning
        on
            ending.list_id = beginning.list_id
            and ending.email = beginning.email
            and ending.valid_to = beginning.valid_from
    where
        ending.user_id is not distinct from beginning.user_id
        and ending.subscribed_at is not distinct from beginning.subscribed_at
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
    where versions.source = $source
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
