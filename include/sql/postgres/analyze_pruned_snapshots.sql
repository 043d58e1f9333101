-- Purpose: let the planner know how few they are: it would take a new table for one of 1,570 rows.
-- Grain: the table, which is lent.
analyze pruned_snapshots;
