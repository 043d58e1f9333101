-- Purpose: from here on statements take as long as the login allows.
-- Grain: the transaction.
set local statement_timeout to default;
