-- Purpose: what each snapshot changed against the one before, and what became of it.
-- Grain: one row per source, list_id, snapshot_at, email and trait; a dry run's stand beside.
-- What waits lies together, what was sent by address: a load reads the few that wait, and of the
-- others the same addresses.
create table if not exists listrak.trait_changes (
    source string not null,
    list_id int64 not null,
    snapshot_at datetime not null,
    email string not null,
    user_id string,
    change string not null,  -- add, remove
    trait string not null,
    occurred_at datetime not null,
    status string not null,  -- pending, sent, superseded, historical, held, rejected, dry_run
    message_id string,  -- the identify call that carries it, once planned
    decided_at datetime not null
)
cluster by source, status, email;
