-- Purpose: a snapshot, as it was decided.
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
    extracted_at,
    trait
)
values (
    $source,
    $list_id,
    $snapshot_at,
    $kind,
    $status,
    $contact_count,
    $added_count,
    $removed_count,
    $re_identified_count,
    $previous_at::timestamp,
    $run_id,
    $extracted_at,
    $trait::varchar
);
