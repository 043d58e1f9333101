-- Purpose: times are UTC, also those with a zone.
-- Grain: the transaction.
set local timezone to 'UTC';
