-- Purpose: remove the contacts of a read that did not come to its end.
-- Grain: the contacts of one read.
delete from listrak.staged_contacts
where extract_id = $extract_id;
