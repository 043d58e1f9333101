-- Purpose: keep all that the transaction wrote.
-- Grain: the transaction.
commit;
