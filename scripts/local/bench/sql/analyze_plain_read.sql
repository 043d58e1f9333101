-- Purpose: let the planner know what was just written.
-- Grain: the table.
analyze plain_read;
