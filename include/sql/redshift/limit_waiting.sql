-- Purpose: how long to wait for another task's transaction; a number of milliseconds stands in.
-- Grain: the transaction.
set local statement_timeout to 300000;
