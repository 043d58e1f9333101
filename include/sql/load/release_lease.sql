-- Purpose: give the right to send back.
-- Grain: one row per source.
delete from listrak.load_leases
where source = $source and holder = $holder;
