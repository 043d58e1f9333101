-- Purpose: that a transaction is still the one that took the turn. Empty between transactions.
-- Grain: one row per transaction, while it is open.
create transient table if not exists listrak.turns (
    taken_by varchar not null
) data_retention_time_in_days = 0;
