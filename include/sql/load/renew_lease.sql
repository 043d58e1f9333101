-- Purpose: keep the right to send; changes no row when it is another's by now.
-- Grain: one row per source.
update listrak.load_leases
set expires_at = $expires_at
where source = $source and holder = $holder;
