-- Purpose: a contact that is in a snapshot put between two others as it is in the next one is one
-- version with that.
-- Grain: one row per such email.
update listrak.contact_versions
set valid_from = $snapshot_at
from differences
where
    contact_versions.source = $source
    and contact_versions.list_id = $list_id
    and contact_versions.valid_from = $next_at
    and contact_versions.email = differences.email
    and differences.in_staging
    and contact_versions.user_id is not distinct from differences.user_id
    and contact_versions.subscribed_at is not distinct from differences.subscribed_at;
