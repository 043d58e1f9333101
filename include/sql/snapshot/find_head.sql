-- Purpose: the head of a list, the newest snapshot whose changes have been decided.
-- Grain: no row or one.
select snapshot_at
from listrak.snapshots
where source = $source and list_id = $list_id and status = 'head';
