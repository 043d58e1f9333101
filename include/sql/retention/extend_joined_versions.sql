-- Purpose: the last of versions that followed each other and said the same begins with the first.
-- Grain: one row per list_id, email and last_from.
update listrak.contact_versions
set valid_from = joined_versions.first_from
from joined_versions
where
    contact_versions.source = $source
    and (contact_versions.valid_to is null or contact_versions.valid_to > $oldest_at)
    and contact_versions.list_id = joined_versions.list_id
    and contact_versions.email = joined_versions.email
    and contact_versions.valid_from = joined_versions.last_from;
