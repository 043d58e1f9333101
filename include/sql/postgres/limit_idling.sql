-- Purpose: a client that vanished must not hold the lock for longer than this.
-- Grain: the transaction.
set local idle_in_transaction_session_timeout = '5min';
