-- Purpose: end the versions of contacts that are gone or differ from this snapshot on.
-- Grain: one row per email that was in the head and differs.
update listrak.contact_versions
set valid_to = $snapshot_at
where
    source = $source
    and list_id = $list_id
    and valid_to is null
    and email in (
        select email from differences
        where in_head
    );
