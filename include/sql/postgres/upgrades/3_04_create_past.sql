-- Purpose: the part of contact_versions that has ended, appended as it ends.
-- Grain: one row per source, list_id, email and valid_from.
create table listrak.contact_versions_past
partition of listrak.contact_versions for values in (false);
