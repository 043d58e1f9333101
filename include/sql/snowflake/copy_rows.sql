-- Purpose: the rows of a file into a table, by column name; then the file goes.
-- Grain: one row per row of the file.
copy into $target ($columns)
from (select $fields from @listrak.rows_under_way/$folder)
file_format = (type = parquet use_logical_type = true)
on_error = abort_statement
purge = true;
