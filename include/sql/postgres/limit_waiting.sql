-- Purpose: how long to wait for another task's transaction.
-- Grain: the transaction; $1 is a time such as 300ms.
select set_config('lock_timeout', $1, true) is not null as is_set;
