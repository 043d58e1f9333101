-- Purpose: open the staging of one read of a list.
-- Grain: one row.
insert into listrak.staged_snapshots (
    extract_id, source, list_id, snapshot_at, kind, run_id, started_at, looked_up
)
values ($extract_id, $source, $list_id, $snapshot_at, $kind, $run_id, $started_at, 0);
