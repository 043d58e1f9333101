-- Purpose: other sources that have sent a list: this one may be one of them under a new name.
-- Grain: one row per source.
select distinct source as other_source
from listrak.snapshots
where list_id = $list_id and source <> $source and status = 'head'
order by other_source;
