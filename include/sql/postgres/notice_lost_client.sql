-- Purpose: end a statement within $1 after its client is gone; else a killed task's would go on.
-- Grain: the transaction; no row before PostgreSQL 14, which cannot.
select set_config(name, $1, true) as client_connection_check_interval
from pg_catalog.pg_settings
where name = 'client_connection_check_interval';
