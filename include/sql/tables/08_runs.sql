-- Purpose: when each DAG run began and was reported.
-- Grain: one row per source and run_id.
create table if not exists listrak.runs (
    source varchar not null,
    run_id varchar not null,
    started_at timestamp not null,
    finished_at timestamp,
    asked varchar,  -- the params that were on: dry_run, full_resync, allow_mass_removal
    primary key (source, run_id)
);
