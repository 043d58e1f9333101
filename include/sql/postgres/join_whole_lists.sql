-- Purpose: let whole lists be joined by hash or merge. A planner that takes a read of 5 million
-- contacts for a few rows, as it was not told of it yet, compared each with each.
-- Grain: the transaction.
set local enable_nestloop = off;
