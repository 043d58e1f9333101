-- Purpose: how many contacts a complete read has.
-- Grain: one row.
select contact_count
from listrak.staged_snapshots
where extract_id = $extract_id;
