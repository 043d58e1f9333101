-- Purpose: the changes of one snapshot.
-- Grain: the index. Few distinct keys, so it is small.
create index if not exists trait_changes_by_snapshot
on listrak.trait_changes (source, list_id, snapshot_at);
