-- Purpose: a run that is reported again is reported anew.
-- Grain: no row or one.
delete from listrak.runs
where source = $source and run_id = $run_id;
