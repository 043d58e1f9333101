-- Purpose: the traits Segment holds by what it was last told, since when and by which message.
-- Grain: one row per source, list_id, email and trait that Segment was last told is true.
create or replace view listrak.current_traits as
with sent_changes as (
    select
        changes.source,
        changes.list_id,
        changes.email,
        changes.trait,
        changes.change,
        changes.user_id,
        changes.message_id,
        calls.timestamp as since,
        row_number() over (
            partition by changes.source, changes.list_id, changes.email, changes.trait
            order by changes.snapshot_at desc
        ) as recency
    from listrak.trait_changes as changes
    inner join listrak.identify_calls as calls on changes.message_id = calls.message_id
    where changes.status = 'sent'
)

select
    source,
    list_id,
    email,
    trait,
    user_id,
    since,
    message_id
from sent_changes
where recency = 1 and change = 'add';
