-- Purpose: plan a person's question by indexes and in memory, whatever the server's defaults are:
-- with those, columns of a snapshot of long ago take five times as long (docs/adr/0001).
-- Grain: the transaction. More memory than $1, and cheaper reads, stay as they are set.
select
    set_config(
        'random_page_cost', least(current_setting('random_page_cost')::numeric, 1.1)::text, true
    ) is not null
    and case
        when pg_size_bytes(current_setting('work_mem')) < pg_size_bytes($1)
            then set_config('work_mem', $1, true)
        else current_setting('work_mem')
    end is not null as is_set;
