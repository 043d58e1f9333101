-- Purpose: what Segment was last told of a contact's traits, of a list's, or of both, and when.
-- Grain: one row per source, list, email and trait that Segment was ever told; is_true: it holds
-- the trait; else it was told null.
-- Parameters: [email] (the address; without it: all), [list_id] (the list; without it: all)
select
    source,
    list_id,
    email,
    trait,
    is_true,
    user_id,
    occurred_at,
    sent_at,
    message_id
from listrak.told_traits
where
    ($email::varchar is null or email = $email::varchar)
    and ($list_id::bigint is null or list_id = $list_id::bigint)
order by source, email, list_id, trait;
