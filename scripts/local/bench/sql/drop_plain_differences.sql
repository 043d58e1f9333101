-- Purpose: room for the next try.
-- Grain: the table.
drop table plain_differences;
