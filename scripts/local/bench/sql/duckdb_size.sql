-- Purpose: how many bytes of the file hold something.
-- Grain: one row.
select used_blocks * block_size as bytes
from pragma_database_size()
where database_name = 'warehouse';
