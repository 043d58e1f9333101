-- Purpose: the complete read of a list that waits to be decided. read_count: contacts as the pages
-- had them; contact_count: with those that were found still subscribed since.
-- Grain: no row or one.
select
    extract_id,
    run_id,
    kind,
    extracted_at,
    unsubscribes_since,
    looked_up,
    contact_count as read_count,
    (
        select count(*) from listrak.staged_contacts
        where
            staged_contacts.extract_id = staged_snapshots.extract_id
            and staged_contacts.state = 'subscribed'
    ) as contact_count
from listrak.staged_snapshots
where
    source = $source
    and list_id = $list_id
    and snapshot_at = $snapshot_at
    and extracted_at is not null;
