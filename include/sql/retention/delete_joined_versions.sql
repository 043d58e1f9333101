-- Purpose: of versions that follow each other and say the same, all but the last go.
-- Grain: one row per such version.
delete from listrak.contact_versions
where
    source = $source
    and valid_to > $oldest_at
    and exists (
        select 1 from joined_versions
        where
            joined_versions.list_id = contact_versions.list_id
            and joined_versions.email = contact_versions.email
            and joined_versions.first_from <= contact_versions.valid_from
            and joined_versions.last_from > contact_versions.valid_from
    );
