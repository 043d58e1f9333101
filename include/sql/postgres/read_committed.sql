-- Purpose: let each statement see what others have committed: what the lock promises needs that.
-- Grain: the transaction.
set local transaction_isolation = 'read committed';
