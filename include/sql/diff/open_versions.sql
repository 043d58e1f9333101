-- Purpose: begin the versions of contacts that are new or differ from this snapshot on.
-- Grain: one row per email that is in the new read and differs.
insert into listrak.contact_versions (
    source, list_id, email, valid_from, user_id, subscribed_at
)
select
    $source as source,
    $list_id as list_id,
    email,
    $snapshot_at as valid_from,
    user_id,
    subscribed_at
from differences
where in_staging;
