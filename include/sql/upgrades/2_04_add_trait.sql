-- Purpose: where to keep the trait's name a snapshot was decided under, to notice another.
-- Grain: the table.
alter table listrak.snapshots add column trait varchar;
