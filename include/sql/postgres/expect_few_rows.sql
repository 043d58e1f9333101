-- Purpose: let workers join long lists in parallel: the planner takes all rows for different, and
-- shies at handing so many over, where few are.
-- Grain: the transaction.
set local parallel_tuple_cost = 0;
