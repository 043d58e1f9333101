-- Purpose: how many addresses Segment was last told are subscribed, list by list.
-- Grain: one row per source, list and trait.
select
    source,
    list_id,
    trait,
    count(*) as addresses,
    max(since) as newest
from listrak.current_traits
group by source, list_id, trait
order by source, list_id, trait;
