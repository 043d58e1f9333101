-- Purpose: how the state of a list at one moment differs from that at another: who was added, who
-- removed, whose user id changed; by the newest kept snapshot at or before each. A bare date is the
-- end of that day in UTC, its midnight included. Before the oldest kept snapshot
-- nobody is known to be on a list; earlier_at is null then.
-- A version that holds at both moments tells of no difference, so it is left out at once; what is
-- still so and what has ended are asked for apart: see snapshot_contacts.
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

sides as (
    select
        source,
        list_id,
        'earlier' as side,
        earlier_at as snapshot_at,
        later_at as other_at
    from moments
    union all
    select
        source,
        list_id,
        'later' as side,
        later_at as snapshot_at,
        earlier_at as other_at
    from moments
),

candidates as (
    select
        versions.source,
        versions.list_id,
        versions.email,
        versions.user_id,
        sides.side
    from sides
    inner join listrak.contact_versions as versions
        on
            sides.source = versions.source
            and sides.list_id = versions.list_id
            and sides.snapshot_at >= versions.valid_from
            and versions.valid_to is null
    where sides.other_at is null or sides.other_at < versions.valid_from
    union all
    select
        versions.source,
        versions.list_id,
        versions.email,
        versions.user_id,
        sides.side
    from sides
    inner join listrak.contact_versions as versions
        on
            sides.source = versions.source
            and sides.list_id = versions.list_id
            and sides.snapshot_at >= versions.valid_from
            and sides.snapshot_at < versions.valid_to
    where
        sides.other_at is null
        or sides.other_at < versions.valid_from
        or sides.other_at >= versions.valid_to
),

states as (
    select
        source,
        list_id,
        email,
        count(case when side = 'earlier' then 1 end) as was_on_it,
        count(case when side = 'later' then 1 end) as is_on_it,
        max(case when side = 'earlier' then user_id end) as earlier_user_id,
        max(case when side = 'later' then user_id end) as later_user_id
    from candidates
    group by source, list_id, email
)

select
    states.source,
    states.list_id,
    moments.earlier_at,
    moments.later_at,
    states.email,
    states.earlier_user_id,
    states.later_user_id,
    case
        when states.was_on_it = 0 then 'added'
        when states.is_on_it = 0 then 'removed'
        else 'user id changed'
    end as difference
from states
inner join moments on states.source = moments.source and states.list_id = moments.list_id
where
    states.was_on_it <> states.is_on_it
    or states.earlier_user_id is distinct from states.later_user_id
order by states.source, difference, states.email;
