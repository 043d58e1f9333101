-- Purpose: what a guard holds, or a dry run found.
-- Grain: the index, of those changes alone.
create index if not exists trait_changes_kept_back
on listrak.trait_changes (source, list_id) where status in ('held', 'dry_run');
