-- Purpose: room for the snapshots that are due to be pruned.
-- Grain: one row per list_id and snapshot_at.
create transient table if not exists listrak.pruned_snapshots (
    list_id bigint,
    snapshot_at timestamp_ntz,
    next_at timestamp_ntz
) data_retention_time_in_days = 0;
