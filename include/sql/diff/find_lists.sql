-- Purpose: the lists a source has sent, but for those it let go of.
-- Grain: one row per list_id.
select
    list_id,
    snapshot_at
from listrak.snapshots
where source = $source and status = 'head' and kind <> 'retired'
order by list_id;
