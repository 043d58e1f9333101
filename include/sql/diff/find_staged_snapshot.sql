-- Purpose: the complete read of a list that waits to be decided.
-- Grain: no row or one.
select
    extract_id,
    run_id,
    extracted_at,
    contact_count
from listrak.staged_snapshots
where
    source = $source
    and list_id = $list_id
    and snapshot_at = $snapshot_at
    and extracted_at is not null;
