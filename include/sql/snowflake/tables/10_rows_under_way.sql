-- Purpose: where files with rows wait for a table to take them, for as long as a statement runs.
-- Grain: one file per insert or lending.
create stage if not exists listrak.rows_under_way;
