-- Purpose: what a run sent.
-- Grain: the index. Few distinct keys, so it is small.
create index if not exists identify_calls_by_run
on listrak.identify_calls (source, run_id);
