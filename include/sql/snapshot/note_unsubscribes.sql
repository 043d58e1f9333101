-- Purpose: note from when on the unsubscribes of a list are staged with a read of it.
-- Grain: one row.
update listrak.staged_snapshots
set unsubscribes_since = $since
where extract_id = $extract_id and extracted_at is not null;
