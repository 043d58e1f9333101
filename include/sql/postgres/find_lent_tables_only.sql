-- Purpose: a name without a schema is a temporary table, whatever the login's search_path holds.
-- Grain: the transaction.
set local search_path = pg_temp;
