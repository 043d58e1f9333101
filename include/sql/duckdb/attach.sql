-- Purpose: open the file, to write it, under a name that is always the same.
-- Grain: the file $path.
attach $path  -- noqa: PRS
as warehouse;
