-- Purpose: the snapshots of the history up to $position, the last of them the head.
-- Grain: one row per snapshot.
with decided as (
    select
        position,
        snapshot_at,
        changed,
        lag(snapshot_at) over (order by position) as previous_snapshot_at
    from moments
    where position <= $position
)

select
    snapshot_at,
    previous_snapshot_at,
    snapshot_at as extracted_at,
    $source as source,
    'observed' as kind,
    $trait as trait,
    $list_id::bigint as list_id,
    $contacts::bigint as contact_count,
    changed::bigint as added_count,
    changed::bigint as removed_count,
    0::bigint as re_identified_count,
    case when position = $position then 'head' else 'past' end as status,
    'run ' || position as run_id
from decided
order by position;
