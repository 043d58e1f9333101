-- Purpose: what has been moved is not kept twice.
-- Grain: the table.
drop table listrak.contact_versions_of_version_2;
