-- Purpose: begin the versions of contacts that are new or differ from this snapshot on, until the
-- next one where there is one.
-- Grain: one row per email that is in the read and differs, but for those that were extended (none
-- where there is no next one).
insert into listrak.contact_versions (
    source, list_id, email, valid_from, user_id, subscribed_at, valid_to, email_key
)
select
    $source as source,
    $list_id as list_id,
    email,
    $snapshot_at as valid_from,
    user_id,
    subscribed_at,
    $next_at::timestamp as valid_to,
    email_key
from differences
where
    in_staging
    and not exists (
        select 1 from listrak.contact_versions as extended
        where
            $next_at::timestamp is not null
            and extended.source = $source
            and extended.list_id = $list_id
            and extended.valid_from = $snapshot_at
            and extended.email = differences.email
    );
