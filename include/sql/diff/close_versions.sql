-- Purpose: end the versions of contacts that are gone or differ from this snapshot on.
-- Grain: one row per email that was in the previous snapshot and differs.
update listrak.contact_versions
set valid_to = $snapshot_at
where
    source = $source
    and list_id = $list_id
    and valid_from < $snapshot_at
    and (valid_to is null or valid_to > $snapshot_at)
    and email in (
        select email from differences
        where in_previous
    );
