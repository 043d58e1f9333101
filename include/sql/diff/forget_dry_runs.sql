-- Purpose: what a dry run of the list found makes room for what is found now.
-- Grain: one row per change of a dry run.
delete from listrak.trait_changes
where source = $source and list_id = $list_id and status = 'dry_run';
