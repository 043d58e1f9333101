-- Purpose: how many contacts each list has at its head, and how many of them carry a user id.
-- Grain: one row per source and list.
select
    source,
    list_id,
    count(*) as subscribed,
    count(user_id) as with_user_id
from listrak.contact_versions
where valid_to is null
group by source, list_id
order by source, list_id;
