-- Purpose: end every version of a list that left the source.
-- Grain: one row per contact at the head.
update listrak.contact_versions
set valid_to = $snapshot_at
where source = $source and list_id = $list_id and valid_to is null;
