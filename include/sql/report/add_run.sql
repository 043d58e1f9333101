-- Purpose: note when a run began and when it was reported.
-- Grain: one row.
insert into listrak.runs (source, run_id, started_at, finished_at, asked)
values ($source, $run_id, $started_at, $finished_at::timestamp, $asked::varchar);
