-- Purpose: who may send for the source now.
-- Grain: one row per source.
select
    holder,
    expires_at
from listrak.load_leases
where source = $source;
