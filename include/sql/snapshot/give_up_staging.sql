-- Purpose: remove a read that did not come to its end.
-- Grain: one read.
delete from listrak.staged_snapshots
where extract_id = $extract_id;
