-- Purpose: the head as a table of its own, with nothing to filter.
-- Grain: one row per contact.
create table plain_head as
select
    email,
    user_id,
    subscribed_at
from listrak.contact_versions
where valid_to is null;
