-- Purpose: room for the snapshots that are due to be pruned:
-- some engines cannot make it when they are lent.
-- Grain: one row per list_id and snapshot_at.
create temporary table pruned_snapshots (
    list_id bigint,
    snapshot_at timestamp,
    next_at timestamp
);
