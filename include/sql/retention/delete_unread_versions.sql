-- Purpose: a version that begins and ends with the same snapshot is in none.
-- Grain: one row per version that only pruned snapshots had.
delete from listrak.contact_versions
where source = $source and valid_from = valid_to;
