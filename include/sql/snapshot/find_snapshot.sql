-- Purpose: the snapshot of a list at a moment, if it was decided already; also one that was pruned
-- since: it is not read again.
-- Grain: no row or one.
select
    status,
    contact_count,
    added_count,
    removed_count,
    re_identified_count
from listrak.snapshots
where
    source = $source
    and list_id = $list_id
    and snapshot_at = $snapshot_at
    and status in ('head', 'past', 'pruned');
