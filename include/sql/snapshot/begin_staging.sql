-- Purpose: open the staging of one read of a list.
-- Grain: one row.
insert into listrak.staged_snapshots (
    extract_id, source, list_id, snapshot_at, run_id, started_at
)
values ($extract_id, $source, $list_id, $snapshot_at, $run_id, $started_at);
