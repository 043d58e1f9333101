-- Purpose: count the contacts that were asked for one by one.
-- Grain: one row.
update listrak.staged_snapshots
set looked_up = looked_up + $looked_up
where extract_id = $extract_id and extracted_at is not null;
