-- Purpose: room for what is measured next.
-- Grain: the table.
drop table plain_read;
