-- Purpose: every version of version 2, in the order in which it would have come.
-- Grain: one row per source, list_id, email and valid_from.
insert into listrak.contact_versions (
    source, list_id, email, valid_from, user_id, subscribed_at, valid_to, email_key
)
select
    source,
    list_id,
    email,
    valid_from,
    user_id,
    subscribed_at,
    valid_to,
    email_key
from listrak.contact_versions_of_version_2
order by valid_to, valid_from;
