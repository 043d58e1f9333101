-- Purpose: the contacts whose changes are pending, held or rejected, and why.
-- Grain: one row per change, oldest first.
-- Parameters: [list_id] (the list; without it: all), [status] (pending, held or rejected; without
-- it: all three)
select
    changes.source,
    changes.list_id,
    changes.status,
    changes.email,
    changes.user_id,
    changes.change,
    changes.trait,
    changes.snapshot_at,
    changes.occurred_at,
    calls.http_status,
    coalesce(
        calls.error,
        case changes.status
            when 'held' then 'held by the guard: see the saved query held'
            else 'waits for the next load'
        end
    ) as reason
from listrak.trait_changes as changes
left join listrak.identify_calls as calls on changes.message_id = calls.message_id
where
    changes.status in ('pending', 'held', 'rejected')
    and ($list_id::bigint is null or changes.list_id = $list_id::bigint)
    and ($status::varchar is null or changes.status = $status::varchar)
order by changes.snapshot_at, changes.source, changes.list_id, changes.email, changes.trait;
