-- Purpose: who may send for a source now; expires by itself when its holder dies.
-- Grain: one row per source.
create table if not exists listrak.load_leases (
    source varchar primary key,
    holder varchar not null,
    expires_at timestamp not null
);
