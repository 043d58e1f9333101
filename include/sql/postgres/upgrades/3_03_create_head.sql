-- Purpose: the part of contact_versions that the heads hold.
-- Grain: one row per source, list_id and email.
create table listrak.contact_versions_head
partition of listrak.contact_versions for values in (true);
