-- Purpose: what was lent makes room for what is lent now.
-- Grain: every row of a temporary table.
delete from $target;
