-- Purpose: wait for the turn to write; it ends with the transaction.
-- Grain: one row; $1 is the number of the lock.
select pg_advisory_xact_lock($1) is null as is_ours;
