-- Purpose: what the latest runs did.
-- Grain: one row per source and run, newest first.
select
    source,
    run_id,
    started_at,
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
    asked,
    round(duration::decimal(18, 3), 1) as duration
from listrak.run_summary
order by started_at desc
limit 50;
