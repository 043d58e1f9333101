-- Purpose: what each snapshot changed against the one before, and what became of it.
-- Grain: one row per source, list_id, snapshot_at, email and trait; a dry run's stand beside.
create table if not exists listrak.trait_changes (
    source varchar not null,
    list_id bigint not null,
    snapshot_at timestamp not null,
    email varchar not null,
    user_id varchar,
    change varchar not null,  -- add, remove
    trait varchar not null,
    occurred_at timestamp not null,
    status varchar not null,  -- pending, sent, superseded, historical, held, rejected, dry_run
    message_id varchar,  -- the identify call that carries it, once planned
    decided_at timestamp not null
);
