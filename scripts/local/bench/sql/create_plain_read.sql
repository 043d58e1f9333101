-- Purpose: the read as a table of its own, with nothing to filter.
-- Grain: one row per contact.
create table plain_read as
select
    email,
    user_id,
    subscribed_at
from listrak.staged_contacts
where state = 'subscribed';
