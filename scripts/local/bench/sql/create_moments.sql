-- Purpose: when the snapshots of a made-up history were taken: daily ones, hourly ones, and more
-- daily ones that are still to be decided; and how many contacts each found changed (2 % a day).
-- Grain: one row per snapshot; position numbers them from 0.
create table moments as
select
    position,
    case
        when position < $days then timestamp '2025-01-01' + to_days(position)
        when position < $days + $hours
            then timestamp '2025-01-01' + to_days($days - 1) + to_hours(position - $days + 1)
        else
            timestamp '2025-01-01'
            + to_days(position - $hours)
            + to_hours(cast($hours % 24 as integer))
            + to_days($hours // 24)
    end as snapshot_at,
    case
        when position = 0 then 0
        when position < $days or position >= $days + $hours then $contacts // 50
        else $contacts // 1200
    end as changed
from (select cast(range as integer) as position from range($days + $hours + $more)) as positions;
