-- Purpose: what each snapshot changed against the one before, and what became of it. It is grouped
-- and joined by address, and read by list and moment.
-- Grain: one row per source, list_id, snapshot_at, email and trait; a dry run's stand beside.
create table if not exists listrak.trait_changes (
    source varchar(65535) not null,
    list_id bigint not null,
    snapshot_at timestamp not null,
    email varchar(2048) not null,
    user_id varchar(65535),
    change varchar(32) not null,  -- add, remove
    trait varchar(65535) not null,
    occurred_at timestamp not null,
    -- pending, sent, superseded, historical, held, rejected, dry_run
    status varchar(32) not null,
    message_id varchar(64),  -- the identify call that carries it, once planned
    decided_at timestamp not null
)
diststyle key
distkey (email)
compound sortkey (source, list_id, snapshot_at);
