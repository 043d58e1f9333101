-- Purpose: whether a read is still the one in charge of its snapshot.
-- Grain: one row.
select count(*) > 0 as is_being_staged
from listrak.staged_snapshots
where extract_id = $extract_id and extracted_at is null;
