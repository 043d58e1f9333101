-- Purpose: keep what was written.
-- Grain: the transaction.
commit transaction;
