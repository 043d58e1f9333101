-- Purpose: a file with rows into the stage, under a name of its own; the client sends what it has
-- in memory, whatever the file is called here.
-- Grain: one file.
put 'file://rows.parquet' @listrak.rows_under_way/$folder auto_compress = false;
