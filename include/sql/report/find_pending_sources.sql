-- Purpose: the sources that have something to send.
-- Grain: one row per source.
select
    source,
    count(*) as pending
from listrak.trait_changes
where status = 'pending'
group by source
order by source;
