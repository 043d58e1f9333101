-- Purpose: at least as much memory for each sort and hash as the connection says: with PostgreSQL's
-- own 4MB, joins of millions of contacts go through files.
-- Grain: the transaction; $1 is a size such as 256MB.
select case
    when pg_size_bytes(current_setting('work_mem')) < pg_size_bytes($1)
        then set_config('work_mem', $1, true)
end is not null as is_raised;
