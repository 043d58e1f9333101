-- Purpose: let the planner know what was just found.
-- Grain: the table, which lasts for the transaction.
analyze joined_versions;
