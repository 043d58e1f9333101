-- Purpose: write, all of it or nothing.
-- Grain: the transaction.
begin;
