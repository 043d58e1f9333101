-- Purpose: every snapshot taken of a list, with the counts of what it changed.
-- Grain: one row per source, list_id and snapshot_at.
create table if not exists listrak.snapshots (
    source varchar not null,
    list_id bigint not null,
    snapshot_at timestamp not null,
    kind varchar not null,  -- observed, reconstructed, retired (the list left the source)
    status varchar not null,  -- head, past, held, pruned (it holds no contacts any more)
    contact_count bigint not null,
    added_count bigint not null,
    removed_count bigint not null,
    re_identified_count bigint not null,
    previous_snapshot_at timestamp,  -- the snapshot it was diffed against; null for the first
    run_id varchar not null,
    extracted_at timestamp not null,  -- when its last page had been read
    trait varchar,  -- the trait's name when it was decided; null: not known
    primary key (source, list_id, snapshot_at)
);
