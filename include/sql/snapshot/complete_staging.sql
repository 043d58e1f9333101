-- Purpose: close the staging of a read: from now on it can be decided.
-- Grain: one row.
update listrak.staged_snapshots
set
    extracted_at = $extracted_at,
    contact_count = (
        select count(*) from listrak.staged_contacts
        where extract_id = $extract_id and state = 'subscribed'
    )
where extract_id = $extract_id;
