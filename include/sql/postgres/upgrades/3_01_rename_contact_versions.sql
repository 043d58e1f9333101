-- Purpose: version 2 held all versions in one part; they move, so their name is made free.
-- Grain: the table.
alter table listrak.contact_versions rename to contact_versions_of_version_2;
