-- Purpose: where to keep what a run was asked for.
-- Grain: the table.
alter table listrak.runs add column asked varchar;
