-- Purpose: how the state of a list at one moment differs from that at another: who was added, who
-- removed, whose user id changed; by the newest kept snapshot at or before each. A bare date is the
-- end of that day in UTC, its midnight included. Before the first snapshot nobody is on a list.
-- Grain: one row per source and email that differs.
-- Parameters: list_id (the list), earlier (the one moment, UTC), [later] (the other, UTC; without
-- it: the newest snapshot)
with moments as (
    select
        source,
        list_id,
        max(
            case when snapshot_at <= $earlier::timestamp then snapshot_at end
        ) as earlier_at,
        max(
            case
                when $later::timestamp is null or snapshot_at <= $later::timestamp
                    then snapshot_at
            end
        ) as later_at
    from listrak.snapshots
    where status in ('head', 'past') and list_id = $list_id::bigint
    group by source, list_id
),

states as (
    select
        versions.source,
        versions.list_id,
        versions.email,
        moments.earlier_at,
        moments.later_at,
        count(case
            when
                moments.earlier_at >= versions.valid_from
                and (versions.valid_to is null or moments.earlier_at < versions.valid_to)
                then 1
        end) as was_on_it,
        count(case
            when
                moments.later_at >= versions.valid_from
                and (versions.valid_to is null or moments.later_at < versions.valid_to)
                then 1
        end) as is_on_it,
        max(case
            when
                moments.earlier_at >= versions.valid_from
                and (versions.valid_to is null or moments.earlier_at < versions.valid_to)
                then versions.user_id
        end) as earlier_user_id,
        max(case
            when
                moments.later_at >= versions.valid_from
                and (versions.valid_to is null or moments.later_at < versions.valid_to)
                then versions.user_id
        end) as later_user_id
    from moments
    inner join listrak.contact_versions as versions
        on moments.source = versions.source and moments.list_id = versions.list_id
    group by
        versions.source, versions.list_id, versions.email, moments.earlier_at, moments.later_at
)

select
    source,
    list_id,
    earlier_at,
    later_at,
    email,
    earlier_user_id,
    later_user_id,
    case
        when was_on_it = 0 then 'added'
        when is_on_it = 0 then 'removed'
        else 'user id changed'
    end as difference
from states
where
    was_on_it <> is_on_it
    or (was_on_it = 1 and earlier_user_id is distinct from later_user_id)
order by source, difference, email;
