-- Purpose: contacts that are gone without a trace, to be asked for one by one.
-- Grain: one row per email; at most $at_most of them.
select
    email,
    email_key
from differences
where not in_staging and state is null
order by email
limit $at_most;
