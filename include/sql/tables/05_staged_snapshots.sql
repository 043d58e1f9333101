-- Purpose: reads of a list under way or waiting to be decided; not snapshots yet.
-- Grain: one row per extract_id (one attempt to read one list).
create table if not exists listrak.staged_snapshots (
    extract_id varchar not null,
    source varchar not null,
    list_id bigint not null,
    snapshot_at timestamp not null,
    kind varchar not null,  -- observed, reconstructed
    run_id varchar not null,
    started_at timestamp not null,
    extracted_at timestamp,  -- null while pages are still being read
    contact_count bigint,  -- as the pages had it
    unsubscribes_since timestamp,  -- unsubscribes from then on are staged too; null: none are
    looked_up integer not null  -- contacts that were asked for one by one
);
