-- Purpose: open the file, to read it alone, under a name that is always the same.
-- Grain: the file $path.
attach $path  -- noqa: PRS
as warehouse (read_only);
