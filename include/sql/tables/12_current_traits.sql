-- Purpose: the traits Segment holds by what it was last told, since when and by which message.
-- Grain: one row per source, list_id, email and trait that Segment was last told is true.
create or replace view listrak.current_traits as
select
    source,
    list_id,
    email,
    trait,
    user_id,
    occurred_at as since,
    message_id
from listrak.told_traits
where is_true;
