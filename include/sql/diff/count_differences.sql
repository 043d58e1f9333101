-- Purpose: how many contacts differ, are gone, are gone without a trace, or were not told about.
-- Grain: one row.
select
    count(*) as differing,
    count(*) filter (where not in_staging) as removed,
    count(*) filter (where not in_staging and state is null) as missing,
    count(*) filter (where not in_staging and state = 'unconfirmed') as unconfirmed
from differences;
