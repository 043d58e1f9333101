-- Purpose: one contact's history on every list: when it joined and left, when its user id changed
-- or it subscribed anew, and what Segment was told (sent) or not (pending, held, rejected,
-- superseded, historical), and when.
-- Grain: one row per event, oldest first; happened_at: of what a list shows, the first kept
-- snapshot that shows it; of what was sent, when Segment took it, else when it was decided.
-- occurred_at: Listrak's own time of a subscription, or the time that a call carries.
-- Parameters: email (the address)
with versions as (
    select
        source,
        list_id,
        valid_from,
        user_id,
        subscribed_at,
        lag(valid_to) over (partition by source, list_id order by valid_from) as earlier_to,
        lag(user_id) over (partition by source, list_id order by valid_from) as earlier_user_id
    from listrak.contact_versions
    where email = $email::varchar
),

told as (
    select
        changes.source,
        changes.list_id,
        changes.status,
        changes.user_id,
        changes.trait,
        changes.occurred_at,
        changes.message_id,
        coalesce(calls.sent_at, changes.decided_at) as happened_at,
        case when changes.change = 'add' then 'true' else 'null' end as trait_value
    from listrak.trait_changes as changes
    left join listrak.identify_calls as calls on changes.message_id = calls.message_id
    where changes.email = $email::varchar and changes.status <> 'dry_run'
),

events as (
    select
        1 as turn,
        source,
        list_id,
        valid_from as happened_at,
        user_id,
        subscribed_at as occurred_at,
        null::varchar as trait,
        null::varchar as trait_value,
        null::varchar as message_id,
        case
            when earlier_to is null or earlier_to <> valid_from then 'joined'
            when (earlier_user_id is distinct from user_id) then 'user id changed'
            else 'subscribed anew'
        end as event
    from versions
    union all
    select
        1 as turn,
        source,
        list_id,
        left_at as happened_at,
        null::varchar as user_id,
        null::timestamp as occurred_at,
        null::varchar as trait,
        null::varchar as trait_value,
        null::varchar as message_id,
        'left' as event
    from listrak.memberships
    where email = $email::varchar and left_at is not null
    union all
    select
        2 as turn,
        source,
        list_id,
        happened_at,
        user_id,
        occurred_at,
        trait,
        trait_value,
        message_id,
        status as event
    from told
)

select
    source,
    list_id,
    happened_at,
    event,
    user_id,
    trait,
    trait_value,
    occurred_at,
    message_id
from events
order by happened_at, turn, source, list_id, event;
