-- Purpose: reads on their way are read again; their table is made anew.
-- Grain: the table.
drop table if exists listrak.staged_snapshots;
