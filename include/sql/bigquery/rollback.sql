-- Purpose: keep nothing of what was written.
-- Grain: the transaction.
rollback transaction;
