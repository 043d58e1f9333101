-- Purpose: let a person's statement change nothing.
-- Grain: the transaction.
set local transaction_read_only = on;
