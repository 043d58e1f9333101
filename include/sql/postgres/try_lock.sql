-- Purpose: take the turn to write, if no other task has it; it ends with the transaction.
-- Grain: one row; $1 is the number of the lock.
select pg_try_advisory_xact_lock($1) as is_ours;
