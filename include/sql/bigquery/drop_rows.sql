-- Purpose: make room for other rows under the same name, which stands in here.
-- Grain: the table of this session.
drop table rows_to_lend;
