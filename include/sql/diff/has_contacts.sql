-- Purpose: whether a list has contacts at its head, whatever `snapshots` says.
-- Grain: one row.
select count(*) > 0 as has_contacts
from listrak.contact_versions
where source = $source and list_id = $list_id and valid_to is null;
