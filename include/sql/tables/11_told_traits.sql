-- Purpose: what Segment was last told of each trait of an address, and when. It holds the trait
-- where is_true (current_traits has those); elsewhere it was told null.
-- Grain: one row per source, list_id, email and trait that Segment was ever told.
-- occurred_at: the time the call carries; sent_at: when Segment took it.
create or replace view listrak.told_traits as
with sent_changes as (
    select
        changes.source,
        changes.list_id,
        changes.email,
        changes.trait,
        changes.change,
        changes.user_id,
        changes.message_id,
        calls.timestamp as occurred_at,
        calls.sent_at,
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
    occurred_at,
    sent_at,
    message_id,
    change = 'add' as is_true
from sent_changes
where recency = 1;
