-- Purpose: temporary tables are no news.
-- Grain: the transaction.
set local client_min_messages = warning;
