-- Purpose: what a run did.
-- Grain: one row.
select
    extracted,
    added,
    removed,
    re_identified,
    sent,
    superseded,
    held,
    rejected,
    pending,
    historical,
    duration
from listrak.run_summary
where source = $source and run_id = $run_id;
