-- Purpose: how long to wait for another task's transaction.
-- Grain: one row; ? is a number of milliseconds.
select set_config('statement_timeout', ?, true) is not null as is_set;
