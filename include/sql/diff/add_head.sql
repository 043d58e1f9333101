-- Purpose: the new snapshot, the list's head from now on.
-- Grain: one row.
insert into listrak.snapshots (
    source,
    list_id,
    snapshot_at,
    kind,
    status,
    contact_count,
    added_count,
    removed_count,
    re_identified_count,
    previous_snapshot_at,
    run_id,
    extracted_at
)
values (
    $source,
    $list_id,
    $snapshot_at,
    'observed',
    'head',
    $contact_count,
    $added_count,
    $removed_count,
    $re_identified_count,
    $head_at,
    $run_id,
    $extracted_at
);
