-- Purpose: how many calls wait for Segment's answer.
-- Grain: one row.
select count(*) as pending
from listrak.identify_calls
where source = $source and status = 'pending';
