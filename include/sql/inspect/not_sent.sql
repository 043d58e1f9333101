-- Purpose: the changes Segment has not been told, and why.
-- Grain: one row per source, list, status and reason.
select
    changes.source,
    changes.list_id,
    changes.status,
    coalesce(
        calls.error,
        case changes.status
            when 'pending' then 'waits for the next load'
            when 'held' then 'held by the guard: see the saved query held'
            when 'historical' then 'behind the newest snapshot: never sent'
        end
    ) as reason,
    count(*) as change_count,
    min(changes.snapshot_at) as oldest_snapshot
from listrak.trait_changes as changes
left join listrak.identify_calls as calls on changes.message_id = calls.message_id
where changes.status in ('pending', 'held', 'rejected', 'historical')
group by changes.source, changes.list_id, changes.status, calls.error
order by changes.source, changes.list_id, changes.status;
